using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Each rule for client assertions broken one at a time: never a token, always invalid_client, and the log names the code.</summary>
public sealed class AssertionRuleTests : IAsyncLifetime
{
    private TokenEndpointFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task A_valid_PS256_assertion_gets_a_token()
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make());

        Assert.Equal(200, answer.Status);
        Assert.NotNull(answer.AccessToken);
        Assert.True(answer.NoStore);
    }

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task A_valid_ES256_assertion_gets_a_token_where_the_client_is_allowed_ES256() =>
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerB.Make())).Status);

    [Theory]
    [Trait("Rule", "AS-03")]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    public async Task Alg_none_is_refused(string alg)
    {
        await RefusesAsync(_fixture.MakerA.Make(header => header["alg"] = alg, sign: _ => []), "assertion_malformed");
        await RefusesAsync(_fixture.MakerA.Make(header => header["alg"] = alg), "assertion_algorithm_not_allowed");
    }

    [Theory]
    [Trait("Rule", "AS-03")]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    public async Task Other_RSA_algorithms_are_refused_though_the_signature_is_right(string alg)
    {
        var rsa = (RSA)_fixture.MakerA.Key;
        var hash = new HashAlgorithmName("SHA" + alg[2..]);
        var padding = alg.StartsWith("RS", StringComparison.Ordinal) ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;

        await RefusesAsync(
            _fixture.MakerA.Make(header => header["alg"] = alg, sign: input => rsa.SignData(input, hash, padding)),
            "assertion_algorithm_not_allowed");
    }

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task HS256_with_the_public_key_as_secret_is_refused()
    {
        var publicKey = Encoding.UTF8.GetBytes(_fixture.MakerA.Key.ExportSubjectPublicKeyInfoPem());

        await RefusesAsync(
            _fixture.MakerA.Make(header => header["alg"] = "HS256", sign: input => HMACSHA256.HashData(publicKey, input)),
            "assertion_algorithm_not_allowed");
    }

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task ES256_is_refused_for_a_client_that_is_allowed_PS256_alone()
    {
        var maker = new AssertionMaker(
            ECDsa.Create(ECCurve.NamedCurves.nistP256), TokenEndpointFixture.ClientA, _fixture.Issuer, _fixture.Time);
        _fixture.JwksA.Publish(maker);

        await RefusesAsync(maker.Make(), "assertion_algorithm_not_allowed");
    }

    [Fact]
    [Trait("Rule", "AS-04")]
    public async Task A_key_of_1024_bits_in_the_JWKS_is_ignored()
    {
        using var weak = RSA.Create(1024);
        var parameters = weak.ExportParameters(includePrivateParameters: false);
        _fixture.JwksA.Keys = [new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = _fixture.MakerA.KeyId,
            ["n"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent),
        }];

        await RefusesAsync(
            _fixture.MakerA.Make(sign: input => weak.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            "key_unknown");
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_missing_kid_is_refused() =>
        await RefusesAsync(_fixture.MakerA.Make(header => header.Remove("kid")), "assertion_kid_missing");

    [Theory]
    [Trait("Rule", "AS-05")]
    [InlineData("unknown")]
    [InlineData("../../../etc/passwd")]
    [InlineData("x' OR '1'='1")]
    public async Task An_unknown_kid_is_refused(string kid) =>
        await RefusesAsync(_fixture.MakerA.Make(header => header["kid"] = kid), "key_unknown");

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_kid_that_two_keys_share_is_refused()
    {
        _fixture.JwksA.Publish(_fixture.MakerA, _fixture.MakerA);

        await RefusesAsync(_fixture.MakerA.Make(), "key_ambiguous");
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_key_for_encryption_is_not_used()
    {
        _fixture.JwksA.Keys[0]!["use"] = "enc";

        await RefusesAsync(_fixture.MakerA.Make(), "key_unknown");
    }

    [Theory]
    [Trait("Rule", "AS-05")]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task An_address_of_keys_in_the_header_is_never_followed(string member)
    {
        var attacker = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, _fixture.Issuer, _fixture.Time);
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
        var attacker = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, _fixture.Issuer, _fixture.Time);

        await RefusesAsync(
            attacker.Make(header =>
            {
                header["kid"] = _fixture.MakerA.KeyId;
                header[member] = JsonNode.Parse(attacker.PublicJson().GetRawText());
            }),
            "assertion_signature_invalid");
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task A_key_of_partner_B_never_authenticates_as_partner_A()
    {
        var keyOfB = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, _fixture.Issuer, _fixture.Time);
        _fixture.JwksB.Publish(keyOfB);

        await RefusesAsync(keyOfB.Make(), "key_unknown");
        await RefusesAsync(keyOfB.Make(header => header["kid"] = _fixture.MakerA.KeyId), "assertion_signature_invalid");
    }

    [Theory]
    [Trait("Rule", "AS-06")]
    [InlineData("iss", "client-b", "assertion_subject_wrong")]
    [InlineData("iss", "nobody", "client_unknown")]
    [InlineData("iss", null, "assertion_issuer_wrong")]
    [InlineData("sub", "client-b", "assertion_subject_wrong")]
    [InlineData("sub", null, "assertion_subject_wrong")]
    public async Task Iss_and_sub_that_are_not_both_the_client_are_refused(string claim, string? value, string code) =>
        await RefusesAsync(_fixture.MakerA.Make(claims: claims => claims[claim] = value), code);

    [Fact]
    [Trait("Rule", "AS-06")]
    public async Task A_client_id_parameter_of_another_client_is_refused()
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(), ("client_id", TokenEndpointFixture.ClientB));

        AssertRefused(answer, "client_id_mismatch");
    }

    [Fact]
    [Trait("Rule", "AS-06")]
    public async Task The_clients_own_client_id_parameter_is_accepted() =>
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make(), ("client_id", TokenEndpointFixture.ClientA))).Status);

    [Fact]
    [Trait("Rule", "AS-07")]
    public async Task Any_audience_but_the_issuer_as_one_string_is_refused()
    {
        JsonNode?[] audiences =
        [
            null,
            "",
            "https://other.example",
            $"{_fixture.Issuer}/",
            $"{_fixture.Issuer}/token",
            new JsonArray(),
            new JsonArray(_fixture.Issuer),
            new JsonArray(_fixture.Issuer, "https://other.example"),
            1,
        ];
        foreach (var audience in audiences)
        {
            await RefusesAsync(_fixture.MakerA.Make(claims: claims => claims["aud"] = audience), "assertion_audience_wrong");
        }

        Assert.Contains(_fixture.Server.Logs.Lines, line => line.Contains($"expected \"{_fixture.Issuer}\"", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Rule", "AS-08")]
    [InlineData(-10, -11)]
    [InlineData(-100, -40)]
    public async Task An_expired_assertion_is_refused(int issuedAt, int expiresAt) =>
        await RefusesAsync(At(issuedAt, expiresAt), "assertion_expired");

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task An_assertion_that_expired_within_the_clock_skew_is_accepted() =>
        Assert.Equal(200, (await _fixture.SendAsync(At(-60, -9))).Status);

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task A_missing_exp_is_refused() =>
        await RefusesAsync(_fixture.MakerA.Make(claims: claims => claims.Remove("exp")), "assertion_exp_missing");

    [Theory]
    [Trait("Rule", "AS-08")]
    [InlineData(0, 61)]
    [InlineData(-5, 56)]
    [InlineData(0, 3600)]
    public async Task A_lifetime_of_more_than_60_seconds_is_refused(int issuedAt, int expiresAt) =>
        await RefusesAsync(At(issuedAt, expiresAt), "assertion_lifetime_too_long");

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task Without_iat_the_lifetime_counts_from_now()
    {
        var now = _fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        await RefusesAsync(
            _fixture.MakerA.Make(claims: claims => { claims.Remove("iat"); claims["exp"] = now + 61; }),
            "assertion_lifetime_too_long");
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims.Remove("iat")))).Status);
    }

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task Times_in_milliseconds_are_refused_and_the_log_says_so()
    {
        var now = _fixture.Time.GetUtcNow().ToUnixTimeMilliseconds();

        await RefusesAsync(
            _fixture.MakerA.Make(claims: claims => { claims.Remove("iat"); claims["exp"] = now + 60_000; }),
            "assertion_time_malformed");

        Assert.Contains(_fixture.Server.Logs.Lines, line => line.Contains("not milliseconds", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Rule", "AS-08")]
    [InlineData("\"1900000000\"")]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("99999999999999999999")]
    [InlineData("[1]")]
    [InlineData("true")]
    public async Task An_exp_that_is_no_number_of_seconds_is_refused(string exp) =>
        await RefusesAsync(_fixture.MakerA.Make(claims: claims => claims["exp"] = JsonNode.Parse(exp)), "assertion_time_malformed");

    [Theory]
    [Trait("Rule", "AS-09")]
    [InlineData("iat")]
    [InlineData("nbf")]
    public async Task A_time_more_than_10_seconds_ahead_is_refused_and_10_are_forgiven(string claim)
    {
        var now = _fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        await RefusesAsync(_fixture.MakerA.Make(claims: claims => claims[claim] = now + 11), "assertion_from_the_future");
        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims[claim] = now + 10))).Status);
    }

    [Theory]
    [Trait("Rule", "AS-10")]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_missing_jti_is_refused(string? jti) =>
        await RefusesAsync(_fixture.MakerA.Make(claims: claims => claims["jti"] = jti), "assertion_jti_missing");

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_jti_of_256_characters_is_refused() =>
        await RefusesAsync(_fixture.MakerA.Make(claims: claims => claims["jti"] = new string('x', 256)), "assertion_jti_missing");

    [Theory]
    [Trait("Rule", "AS-11")]
    [InlineData("at+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("key-proof+jwt")]
    [InlineData("")]
    public async Task A_JWT_of_another_type_is_refused(string typ) =>
        await RefusesAsync(_fixture.MakerA.Make(header => header["typ"] = typ), "assertion_type_wrong");

    [Theory]
    [Trait("Rule", "AS-11")]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("client-authentication+jwt")]
    public async Task Typ_absent_JWT_or_explicit_is_accepted(string? typ)
    {
        var assertion = _fixture.MakerA.Make(header =>
        {
            header.Remove("typ");
            if (typ is not null)
            {
                header["typ"] = typ;
            }
        });

        Assert.Equal(200, (await _fixture.SendAsync(assertion)).Status);
    }

    [Fact]
    [Trait("Rule", "AS-11")]
    public async Task An_access_token_is_never_an_assertion()
    {
        var accessToken = (await _fixture.SendAsync(_fixture.MakerA.Make())).AccessToken!;

        await RefusesAsync(accessToken, "assertion_type_wrong");
    }

    [Fact]
    [Trait("Rule", "AS-15")]
    public async Task Malformed_and_oversized_assertions_are_refused_without_a_fetch()
    {
        var valid = _fixture.MakerA.Make();
        await RefusesAsync(new string('.', 100), "assertion_malformed");
        await RefusesAsync(valid + ".x", "assertion_malformed");
        await RefusesAsync("e30.e30.e30", "assertion_algorithm_not_allowed");
        await RefusesAsync("äöü.€.x", "assertion_malformed");
        await RefusesAsync(_fixture.MakerA.Make(claims: claims => claims["x"] = new string('x', 9000)), "assertion_too_large");
        await RefusesAsync(
            _fixture.MakerA.Sign("""{"alg":"PS256","kid":"k"}""", """{"iss":"client-a","iss":"client-b"}"""),
            "assertion_malformed");
        await RefusesAsync(_fixture.MakerA.Make(header => header["crit"] = new JsonArray("b64")), "assertion_malformed");
    }

    private string At(int issuedAt, int expiresAt)
    {
        var now = _fixture.Time.GetUtcNow().ToUnixTimeSeconds();
        return _fixture.MakerA.Make(claims: claims =>
        {
            claims["iat"] = now + issuedAt;
            claims["exp"] = now + expiresAt;
        });
    }

    private async Task RefusesAsync(string assertion, string code) => AssertRefused(await _fixture.SendAsync(assertion), code);

    private void AssertRefused(TokenAnswer answer, string code)
    {
        Assert.True(answer.Status < 500, string.Join("\n", _fixture.Server.Logs.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal))));
        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        Assert.Null(answer.AccessToken);
        Assert.True(answer.NoStore);
        Assert.DoesNotContain(code, answer.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains($"refused: {code}.", _fixture.Server.Logs.Lines.Last(line => line.Contains("refused:", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
