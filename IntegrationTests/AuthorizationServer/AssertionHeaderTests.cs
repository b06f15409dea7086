using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>The rules for form, header and key of an assertion, each broken one at a time.</summary>
public sealed class AssertionHeaderTests : AssertionRuleTests
{
    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task A_valid_PS256_assertion_gets_a_token()
    {
        var answer = await Fixture.SendAsync(Fixture.MakerA.Make());

        Assert.Equal(200, answer.Status);
        Assert.NotNull(answer.AccessToken);
        Assert.True(answer.NoStore);
    }

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task A_valid_ES256_assertion_gets_a_token_where_the_client_is_allowed_ES256() =>
        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerB.Make())).Status);

    [Theory]
    [Trait("Rule", "AS-03")]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    public async Task Alg_none_is_refused(string alg)
    {
        await RefusesAsync(Fixture.MakerA.Make(header => header["alg"] = alg, sign: _ => []), "assertion_malformed");
        await RefusesAsync(Fixture.MakerA.Make(header => header["alg"] = alg), "assertion_algorithm_not_allowed");
    }

    [Theory]
    [Trait("Rule", "AS-03")]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    public async Task Other_RSA_algorithms_are_refused_though_the_signature_is_right(string alg)
    {
        var rsa = (RSA)Fixture.MakerA.Key;
        var hash = new HashAlgorithmName("SHA" + alg[2..]);
        var padding = alg.StartsWith("RS", StringComparison.Ordinal) ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;

        await RefusesAsync(
            Fixture.MakerA.Make(header => header["alg"] = alg, sign: input => rsa.SignData(input, hash, padding)),
            "assertion_algorithm_not_allowed");
    }

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task HS256_with_the_public_key_as_secret_is_refused()
    {
        var publicKey = Encoding.UTF8.GetBytes(Fixture.MakerA.Key.ExportSubjectPublicKeyInfoPem());

        await RefusesAsync(
            Fixture.MakerA.Make(header => header["alg"] = "HS256", sign: input => HMACSHA256.HashData(publicKey, input)),
            "assertion_algorithm_not_allowed");
    }

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task ES256_is_refused_for_a_client_that_is_allowed_PS256_alone()
    {
        var maker = new AssertionMaker(
            ECDsa.Create(ECCurve.NamedCurves.nistP256), TokenEndpointFixture.ClientA, Fixture.Issuer, Fixture.Time);
        Fixture.JwksA.Publish(maker);

        await RefusesAsync(maker.Make(), "assertion_algorithm_not_allowed");
    }

    [Fact]
    [Trait("Rule", "AS-04")]
    public async Task A_key_of_1024_bits_in_the_JWKS_is_ignored()
    {
        using var weak = RSA.Create(1024);
        var parameters = weak.ExportParameters(includePrivateParameters: false);
        Fixture.JwksA.Keys = [new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = Fixture.MakerA.KeyId,
            ["n"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent),
        }];

        await RefusesAsync(
            Fixture.MakerA.Make(sign: input => weak.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            "key_unknown");
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_missing_kid_is_refused() =>
        await RefusesAsync(Fixture.MakerA.Make(header => header.Remove("kid")), "assertion_kid_missing");

    [Theory]
    [Trait("Rule", "AS-05")]
    [InlineData("unknown")]
    [InlineData("../../../etc/passwd")]
    [InlineData("x' OR '1'='1")]
    public async Task An_unknown_kid_is_refused(string kid) =>
        await RefusesAsync(Fixture.MakerA.Make(header => header["kid"] = kid), "key_unknown");

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_kid_that_two_keys_share_is_refused()
    {
        Fixture.JwksA.Publish(Fixture.MakerA, Fixture.MakerA);

        await RefusesAsync(Fixture.MakerA.Make(), "key_ambiguous");
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_key_for_encryption_is_not_used()
    {
        Fixture.JwksA.Keys[0]!["use"] = "enc";

        await RefusesAsync(Fixture.MakerA.Make(), "key_unknown");
    }

    [Theory]
    [Trait("Rule", "AS-05")]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task An_address_of_keys_in_the_header_is_never_followed(string member)
    {
        var attacker = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, Fixture.Issuer, Fixture.Time);
        await using var attackersServer = await JwksServer.StartAsync(attacker);

        await RefusesAsync(attacker.Make(header => header[member] = attackersServer.JwksUri), "key_unknown");

        Assert.Equal(0, attackersServer.Requests);
    }

    [Theory]
    [Trait("Rule", "AS-05")]
    [InlineData("jwk")]
    [InlineData("x5c")]
    public async Task A_key_in_the_header_is_never_used(string member)
    {
        var attacker = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, Fixture.Issuer, Fixture.Time);

        await RefusesAsync(
            attacker.Make(header =>
            {
                header["kid"] = Fixture.MakerA.KeyId;
                header[member] = JsonNode.Parse(attacker.PublicJson().GetRawText());
            }),
            "assertion_signature_invalid");
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_key_of_partner_B_never_authenticates_as_partner_A()
    {
        var keyOfB = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, Fixture.Issuer, Fixture.Time);
        Fixture.JwksB.Publish(keyOfB);

        await RefusesAsync(keyOfB.Make(), "key_unknown");
        await RefusesAsync(keyOfB.Make(header => header["kid"] = Fixture.MakerA.KeyId), "assertion_signature_invalid");
    }

    [Theory]
    [Trait("Rule", "AS-11")]
    [InlineData("at+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("key-proof+jwt")]
    [InlineData("application/at+jwt")]
    [InlineData("text/JWT")]
    [InlineData("")]
    public async Task A_JWT_of_another_type_is_refused(string typ) =>
        await RefusesAsync(Fixture.MakerA.Make(header => header["typ"] = typ), "assertion_type_wrong");

    [Theory]
    [Trait("Rule", "AS-11")]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("client-authentication+jwt")]
    [InlineData("application/client-authentication+jwt")] // issue 14, row 12 (RFC 7515 §4.1.9)
    [InlineData("Client-Authentication+JWT")]
    [InlineData("jwt")]
    [InlineData("application/jwt")]
    public async Task Typ_absent_JWT_or_explicit_is_accepted(string? typ)
    {
        var assertion = Fixture.MakerA.Make(header =>
        {
            header.Remove("typ");
            if (typ is not null)
            {
                header["typ"] = typ;
            }
        });

        Assert.Equal(200, (await Fixture.SendAsync(assertion)).Status);
    }

    [Fact]
    [Trait("Rule", "AS-11")]
    public async Task An_access_token_is_never_an_assertion()
    {
        var accessToken = (await Fixture.SendAsync(Fixture.MakerA.Make())).AccessToken!;

        await RefusesAsync(accessToken, "assertion_type_wrong");
    }

    [Fact]
    [Trait("Rule", "AS-15")]
    public async Task Malformed_and_oversized_assertions_are_refused_without_a_fetch()
    {
        var valid = Fixture.MakerA.Make();
        await RefusesAsync(new string('.', 100), "assertion_malformed");
        await RefusesAsync(valid + ".x", "assertion_malformed");
        await RefusesAsync("e30.e30.e30", "assertion_algorithm_not_allowed");
        await RefusesAsync("äöü.€.x", "assertion_malformed");
        await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims["x"] = new string('x', 9000)), "assertion_too_large");
        await RefusesAsync(
            Fixture.MakerA.Sign("""{"alg":"PS256","kid":"k"}""", """{"iss":"client-a","iss":"client-b"}"""),
            "assertion_malformed");
        await RefusesAsync(Fixture.MakerA.Make(header => header["crit"] = new JsonArray("b64")), "assertion_malformed");
        await RefusesAsync(Fixture.MakerA.Sign("""{"alg":"PS256"}""", "{"), "assertion_malformed");
        await RefusesAsync(Fixture.MakerA.Sign("""{"alg":"PS256"}""", """{"a\u2028b":1,"a\u2028b":1}"""), "assertion_malformed");
        string[] reasons =
        [
            "found 101 parts instead of 3",
            "found 4 parts instead of 3",
            "found a header that is empty or not base64url without padding",
            "found a payload that repeats the member 'iss'",
            "found a header with crit",
            "found a payload that is not valid JSON from line 1, byte 2 on",
            @"found a payload that repeats the member 'a\u2028b'",
        ];
        Assert.All(reasons, reason => Assert.Contains(
            Fixture.Server.Logs.Lines, line => line.Contains($"{reason}.", StringComparison.Ordinal)));
        Assert.Equal(0, Fixture.JwksA.Requests);
    }
}
