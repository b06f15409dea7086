using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.AuthorizationServer.ClientJwks;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Issue 14, rows 1, 2, 20 and 23: sets as partners publish them, with odd keys among the good ones. The many odd keys are JwkSet's tests.</summary>
[Trait("Rule", "JW-05")]
public sealed class OddJwksTests : AssertionRuleTests
{
    /// <summary>What .NET's JsonSerializer writes of a public key.</summary>
    private static string WrittenByDotNet(AssertionMaker maker)
    {
        var key = maker.Key is RSA rsa
            ? JsonWebKeyConverter.ConvertFromRSASecurityKey(
                new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)) { KeyId = maker.KeyId })
            : JsonWebKeyConverter.ConvertFromECDsaSecurityKey(
                new ECDsaSecurityKey(ECDsa.Create(((ECDsa)maker.Key).ExportParameters(includePrivateParameters: false))) { KeyId = maker.KeyId });
        return $$"""{"keys":[{{JsonSerializer.Serialize(key)}}]}""";
    }

    [Fact]
    public async Task A_set_as_dotnet_writes_it_is_accepted_at_an_address()
    {
        Fixture.JwksA.Body = WrittenByDotNet(Fixture.MakerA);

        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerA.Make())).Status);
    }

    [Fact]
    public async Task A_set_as_dotnet_writes_it_is_accepted_in_the_settings()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        await using var restarted = await Hosting.RunningService.StartAsync(
            AuthorizationServer.Program.Build,
            new Hosting.ReservedAddress(),
            fixture.DataDirectory,
            fixture.Settings(("AuthorizationServer:Clients:2:Jwks", WrittenByDotNet(fixture.MakerC))),
            fixture.Time);

        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(restarted, fixture.MakerC.Make())).Status);
    }

    [Fact]
    public async Task Odd_keys_and_a_byte_order_mark_cost_the_good_key_nothing_and_each_is_named_with_its_reason()
    {
        Fixture.JwksA.Body = $$"""
            \uFEFF{"keys":[
              {"kty":"RSA","kid":"null-d","n":"AQAB","e":"AQAB","d":null},
              {"kty":"EC","kty":"EC","kid":"twice"},
              {"kty":"EC","kid":"surrogate","more":"\ud800"},
              {"kty":"EC","kid":"not-to-verify","key_ops":["encrypt"]},
              {"kty":"EC","kid":"turned\u202Eround"},
              {"kty":"EC","kid":5},
              {{Fixture.MakerA.PublicJson().GetRawText()}}],
             "more":{{new string('[', 100)}}{{new string(']', 100)}}}
            """.Replace("\\uFEFF", "\uFEFF", StringComparison.Ordinal);

        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerA.Make())).Status);
        string[] told =
        [
            "jwk_malformed, key 1, kid 'null-d': The JWK has a d that holds no text.",
            "jwk_malformed, key 2, kid 'twice': The JWK repeats the member 'kty'.",
            "jwk_malformed, key 3, kid 'surrogate': The JWK holds text that is not Unicode.",
            "jwk_wrong_use, key 4, kid 'not-to-verify': The JWK names the key_ops 'encrypt'",
            @"jwk_malformed, key 5, kid 'turned\u202Eround': The JWK has a kid that is not",
            "jwk_malformed, key 6: The JWK has a kid that is not a string",
        ];
        Assert.All(told, line => Assert.Contains(
            Fixture.Server.Logs.Lines,
            logged => logged.StartsWith("Warning ", StringComparison.Ordinal) && logged.Contains($"is left out: {line}", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task The_kid_of_a_key_that_is_left_out_is_answered_as_unknown_and_the_log_says_why_it_is()
    {
        Fixture.JwksA.Keys[0]!["key_ops"] = new JsonArray("encrypt");

        await RefusesAsync(Fixture.MakerA.Make(), "key_unknown");

        Assert.Contains(Fixture.Server.Logs.Lines, line => line.Contains(
            $"it holds no key that can be used; key 1, kid '{Fixture.MakerA.KeyId}' is left out, jwk_wrong_use: ", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task A_null_d_ends_no_last_good_set()
    {
        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerA.Make())).Status);
        var good = Fixture.JwksA.Keys.DeepClone();
        Fixture.JwksA.Keys[0]!["d"] = null;
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);
        await RefusesAsync(Fixture.MakerA.Make(), "key_unknown");

        Fixture.JwksA.Keys = good.AsArray();
        Fixture.Time.Advance(JwksFreshness.WhenUnstated);

        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerA.Make())).Status);
        Assert.DoesNotContain(Fixture.Server.Logs.Lines, line => line.StartsWith("Critical ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_single_JWK_in_place_of_a_set_is_told_as_what_it_is()
    {
        Fixture.JwksA.Body = Fixture.MakerA.PublicJson().GetRawText();

        Assert.Equal(503, (await Fixture.SendAsync(Fixture.MakerA.Make())).Status);
        Assert.Contains(Fixture.Server.Logs.Lines, line => line.Contains("jwks_malformed, The JWK Set is a single JWK", StringComparison.Ordinal));
    }
}
