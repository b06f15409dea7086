using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Each test breaks one thing of a valid token; the log must name the check that is meant to find it.</summary>
[Trait("Rule", "RS-02")]
public sealed class TokenValidationTests(OrdersSystem system) : IClassFixture<OrdersSystem>
{
    [Fact]
    public async Task PS256_by_a_published_key_is_accepted() => await AssertAcceptedAsync(system.Token().SignedBy(system.Issuer.RsaKey));

    /// <summary>Issue 14, row 12 (RFC 7515 §4.1.9).</summary>
    [Theory]
    [InlineData("application/at+jwt")]
    [InlineData("at+JWT")]
    [InlineData("Application/AT+JWT")]
    public async Task The_type_is_a_media_type_in_its_long_form_and_in_any_case(string type) => await AssertAcceptedAsync(WithHeader("typ", type));

    [Fact]
    public async Task An_audience_among_others_is_accepted() =>
        await AssertAcceptedAsync(WithClaim("aud", new JsonArray("https://other.example", system.Api.Address)));

    [Fact]
    public async Task Alg_none_is_refused()
    {
        var token = WithHeader("alg", "none");
        token.Sign = _ => [];

        await AssertRefusedAsync(token, "algorithm");
    }

    [Fact]
    public async Task A_signature_left_out_is_refused()
    {
        var token = system.Token();
        token.Sign = _ => [];

        await AssertRefusedAsync(token, "form");
    }

    [Fact]
    public async Task HS256_with_the_public_key_as_secret_is_refused()
    {
        var token = WithHeader("alg", "HS256");
        token.Sign = data => HMACSHA256.HashData(system.Issuer.EcKey.ExportSubjectPublicKeyInfo(), data);

        await AssertRefusedAsync(token, "algorithm");
    }

    [Fact]
    public async Task RS256_by_a_published_key_is_refused() =>
        await AssertRefusedAsync(system.Token().SignedBy(system.Issuer.RsaKey, "RS256"), "algorithm");

    [Fact]
    public async Task PS256_by_an_unknown_key_is_refused()
    {
        using var unknown = RSA.Create(2048);

        await AssertRefusedAsync(system.Token().SignedBy(unknown), "key");
    }

    [Fact]
    public async Task An_unknown_key_under_the_kid_of_a_published_one_is_refused()
    {
        using var unknown = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = system.Token();
        token.Sign = data => unknown.SignData(data, HashAlgorithmName.SHA256);

        await AssertRefusedAsync(token, "signature");
    }

    [Fact]
    public async Task The_kid_of_a_key_for_another_algorithm_is_refused() =>
        await AssertRefusedAsync(WithHeader("kid", PublicJwk.FromKey(system.Issuer.RsaKey).KeyId), "key");

    [Fact]
    public async Task A_token_without_kid_is_refused() => await AssertRefusedAsync(WithHeader("kid", null), "key");

    [Fact]
    public async Task A_key_that_the_header_brings_along_is_refused()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = system.Token().SignedBy(own);
        token.Header["jwk"] = PublicJwk.FromKey(own).ToJson();

        await AssertRefusedAsync(token, "key");
    }

    [Fact]
    public async Task A_jku_is_refused_and_never_followed()
    {
        await using var foreign = await TestIssuer.StartAsync();
        var token = system.Token().SignedBy(foreign.EcKey);
        token.Header["jku"] = $"{foreign.Address}/.well-known/oauth-authorization-server";

        await AssertRefusedAsync(token, "key");
        Assert.Equal(0, foreign.MetadataRequests);
    }

    [Fact]
    public async Task A_critical_extension_is_refused()
    {
        var token = WithHeader("crit", new JsonArray("exp"));

        await AssertRefusedAsync(token, "critical");
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("client-authentication+jwt")]
    [InlineData("text/at+jwt")]
    [InlineData(null)]
    public async Task Another_type_is_refused(string? type) => await AssertRefusedAsync(WithHeader("typ", type), "type");

    [Theory]
    [InlineData("/")]
    [InlineData("/other")]
    public async Task An_issuer_with_anything_appended_is_refused(string appended) =>
        await AssertRefusedAsync(WithClaim("iss", system.Issuer.Address + appended), "issuer");

    [Theory]
    [InlineData("https://issuer.example")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Another_issuer_is_refused(string? issuer) => await AssertRefusedAsync(WithClaim("iss", issuer), "issuer");

    [Theory]
    [InlineData("https://other.example")]
    [InlineData(null)]
    public async Task Another_audience_is_refused(string? audience) => await AssertRefusedAsync(WithClaim("aud", audience), "audience");

    [Fact]
    public async Task An_audience_with_a_slash_appended_is_refused() =>
        await AssertRefusedAsync(WithClaim("aud", system.Api.Address + "/"), "audience");

    [Fact]
    public async Task A_token_that_expired_within_the_skew_is_accepted() => await AssertAcceptedAsync(WithTime("exp", -9));

    [Fact]
    public async Task A_token_that_expired_beyond_the_skew_is_refused() => await AssertRefusedAsync(WithTime("exp", -10), "expiry");

    [Fact]
    public async Task A_token_without_exp_is_refused() => await AssertRefusedAsync(WithClaim("exp", null), "expiry");

    [Fact]
    public async Task A_token_for_the_near_future_is_accepted() => await AssertAcceptedAsync(WithTime("nbf", 10));

    [Fact]
    public async Task A_token_for_the_future_is_refused() => await AssertRefusedAsync(WithTime("nbf", 11), "not_before");

    [Fact]
    public async Task A_token_without_client_id_is_refused() => await AssertRefusedAsync(WithClaim("client_id", null), "client_id");

    [Fact]
    public async Task A_token_with_a_client_id_in_an_array_is_refused() =>
        await AssertRefusedAsync(WithClaim("client_id", new JsonArray("partner-api-client")), "client_id");

    [Fact]
    public async Task A_token_with_two_client_ids_is_refused() =>
        await AssertRefusedAsync(WithClaim("client_id", new JsonArray("partner-api-client", OrdersSystem.OtherPartner)), "client_id");

    /// <summary>No database could keep an order of such a client: refused, not answered with an error of the program.</summary>
    [Fact]
    public async Task A_token_with_a_client_id_that_cannot_be_kept_is_refused()
    {
        await AssertRefusedAsync(WithClaim("client_id", "partner\0"), "client_id");
        await AssertRefusedAsync(WithClaim("client_id", new string('p', 256)), "client_id");
        await AssertAcceptedAsync(WithClaim("client_id", new string('p', 255)));
    }

    [Fact]
    public async Task A_token_that_is_no_jwt_is_refused()
    {
        var answer = await system.GetAsync("/orders", "mF_9.B5f-4.1JqM");

        Assert.Equal((401, "token_invalid"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_oversized_token_is_refused() => await AssertRefusedAsync(WithClaim("filler", new string('x', 9000)), "form");

    /// <summary>Issue 14, row 24: the log names what is wrong, not the length.</summary>
    [Theory]
    [InlineData("azp", "azp as a string, found 5")]
    [InlineData("jti", "jti as a string, found 5")]
    [InlineData("cty", "cty as a string, found 5")]
    [InlineData("alg", "alg as a string, found 5")]
    [InlineData("kid", "kid as a string, found 5")]
    public async Task A_member_that_cannot_be_read_is_named(string name, string told)
    {
        var linesBefore = system.Api.Logs.Lines.Count;

        await AssertRefusedAsync(name is "cty" or "alg" or "kid" ? WithHeader(name, 5) : WithClaim(name, 5), "form");

        Assert.Single(system.Api.Logs.Lines.Skip(linesBefore), line => line.Contains(told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a.b.c.d", "found 4 parts instead of 3")]
    [InlineData(SoundHeader + ".e30.c2ln=", "found a signature that is empty or not base64url without padding")]
    [InlineData("bm8.e30.c2ln", "found a header that is not valid JSON from line 1, byte 2 on")]
    public async Task What_is_no_JWT_is_told_as_what_it_is(string token, string told)
    {
        var linesBefore = system.Api.Logs.Lines.Count;

        Assert.Equal(401, (await system.GetAsStrangerAsync("/orders", token)).Status);

        Assert.Single(system.Api.Logs.Lines.Skip(linesBefore), line => line.Contains(told, StringComparison.Ordinal));
    }

    /// <summary>{"typ":"at+jwt","alg":"ES256","kid":"k"}</summary>
    private const string SoundHeader = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ";

    private AccessTokenMaker WithHeader(string name, JsonNode? value)
    {
        var token = system.Token();
        Set(token.Header, name, value);
        return token;
    }

    private AccessTokenMaker WithClaim(string name, JsonNode? value)
    {
        var token = system.Token();
        Set(token.Claims, name, value);
        return token;
    }

    private AccessTokenMaker WithTime(string name, int secondsFromNow) =>
        WithClaim(name, system.Time.GetUtcNow().AddSeconds(secondsFromNow).ToUnixTimeSeconds());

    private static void Set(JsonObject part, string name, JsonNode? value)
    {
        part.Remove(name);
        if (value is not null)
        {
            part[name] = value;
        }
    }

    private async Task AssertAcceptedAsync(AccessTokenMaker token) =>
        Assert.Equal(200, (await system.GetAsync("/orders", token.Make())).Status);

    private async Task AssertRefusedAsync(AccessTokenMaker token, string check)
    {
        var linesBefore = system.Api.Logs.Lines.Count;

        var answer = await system.GetAsStrangerAsync("/orders", token.Make());

        Assert.Equal((401, "token_invalid"), (answer.Status, answer.Code));
        Assert.Equal($"Bearer error=\"invalid_token\", {system.ResourceMetadata}", answer.Challenge);
        Assert.Single(system.Api.Logs.Lines.Skip(linesBefore), line => line.Contains($"(token_invalid): {check}, ", StringComparison.Ordinal));
    }
}
