using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>The rules for the claims of an assertion, each broken one at a time.</summary>
public sealed class AssertionClaimTests : AssertionRuleTests
{
    [Theory]
    [Trait("Rule", "AS-06")]
    [InlineData("iss", "client-b", "assertion_subject_wrong")]
    [InlineData("iss", "nobody", "client_unknown")]
    [InlineData("iss", null, "assertion_issuer_wrong")]
    [InlineData("sub", "client-b", "assertion_subject_wrong")]
    [InlineData("sub", null, "assertion_subject_wrong")]
    public async Task Iss_and_sub_that_are_not_both_the_client_are_refused(string claim, string? value, string code) =>
        await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims[claim] = value), code);

    [Fact]
    [Trait("Rule", "AS-06")]
    public async Task A_client_id_parameter_of_another_client_is_refused()
    {
        var answer = await Fixture.SendAsync(Fixture.MakerA.Make(), ("client_id", TokenEndpointFixture.ClientB));

        AssertRefused(answer, "client_id_mismatch");
    }

    [Fact]
    [Trait("Rule", "AS-06")]
    public async Task The_clients_own_client_id_parameter_is_accepted() =>
        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerA.Make(), ("client_id", TokenEndpointFixture.ClientA))).Status);

    [Fact]
    [Trait("Rule", "AS-07")]
    public async Task Any_audience_but_the_issuer_as_one_string_is_refused()
    {
        JsonNode?[] audiences =
        [
            null,
            "",
            "https://other.example",
            $"{Fixture.Issuer}/",
            $"{Fixture.Issuer}/token",
            new JsonArray(),
            new JsonArray(Fixture.Issuer),
            new JsonArray(Fixture.Issuer, "https://other.example"),
            1,
        ];
        foreach (var audience in audiences)
        {
            await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims["aud"] = audience), "assertion_audience_wrong");
        }

        Assert.Contains(Fixture.Server.Logs.Lines, line => line.Contains($"expected \"{Fixture.Issuer}\"", StringComparison.Ordinal));
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
        Assert.Equal(200, (await Fixture.SendAsync(At(-60, -9))).Status);

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task A_missing_exp_is_refused() =>
        await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims.Remove("exp")), "assertion_exp_missing");

    [Theory]
    [Trait("Rule", "AS-08")]
    [InlineData(0, 61)]
    [InlineData(-5, 56)]
    [InlineData(0, 3600)]
    public async Task A_lifetime_of_more_than_60_seconds_is_refused(int issuedAt, int expiresAt) =>
        await RefusesAsync(At(issuedAt, expiresAt), "assertion_lifetime_too_long");

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task Without_iat_the_lifetime_counts_from_now_and_the_clients_clock_may_be_ahead()
    {
        // Issue 14, row 11.
        await RefusesAsync(Until(71), "assertion_lifetime_too_long");
        Assert.Equal(200, (await Fixture.SendAsync(Until(70))).Status);
        Assert.Equal(200, (await Fixture.SendAsync(Until(65))).Status);

        string Until(int seconds) => Fixture.MakerA.Make(claims: claims =>
        {
            claims.Remove("iat");
            claims["exp"] = Fixture.Time.GetUtcNow().ToUnixTimeSeconds() + seconds;
        });
    }

    [Theory]
    [Trait("Rule", "AS-08")]
    [InlineData(60, 200)]
    [InlineData(61, 401)]
    public async Task With_nbf_and_without_iat_the_lifetime_counts_from_nbf(int lifetime, int status)
    {
        var now = Fixture.Time.GetUtcNow().ToUnixTimeSeconds();
        var assertion = Fixture.MakerA.Make(claims: claims =>
        {
            claims.Remove("iat");
            (claims["nbf"], claims["exp"]) = (now, now + lifetime);
        });

        Assert.Equal(status, (await Fixture.SendAsync(assertion)).Status);
    }

    /// <summary>Issue 14, row 9 (RFC 7519 §4): claims that no rule asks for are ignored, whatever type a JWT library expects there.</summary>
    [Theory]
    [Trait("Rule", "AS-11")]
    [InlineData("azp", "5")]
    [InlineData("azp", "null")]
    [InlineData("nonce", "{}")]
    [InlineData("acr", "[1]")]
    [InlineData("amr", "1e300")]
    [InlineData("auth_time", "\"now\"")]
    [InlineData("more", "[[[[[[[[[[[[1]]]]]]]]]]]]")]
    public async Task A_claim_that_no_rule_asks_for_is_ignored(string claim, string value) => Assert.Equal(
        200, (await Fixture.SendAsync(Fixture.MakerA.Make(claims: claims => claims[claim] = JsonNode.Parse(value)))).Status);

    /// <summary>Issue 14, row 9: members of the header that no rule asks for are ignored (RFC 7515 §4).</summary>
    [Theory]
    [Trait("Rule", "AS-11")]
    [InlineData("cty")]
    [InlineData("zip")]
    [InlineData("x5t")]
    public async Task A_header_member_that_no_rule_asks_for_is_ignored(string member) =>
        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerA.Make(header => header[member] = 5))).Status);

    /// <summary>Issue 14, row 9: a claim of the wrong type is refused by its own code, and the log shows what was found.</summary>
    [Theory]
    [Trait("Rule", "AS-13")]
    [InlineData("iss", "5", "assertion_issuer_wrong")]
    [InlineData("sub", "5", "assertion_subject_wrong")]
    [InlineData("aud", "{}", "assertion_audience_wrong")]
    [InlineData("iat", "null", "assertion_time_malformed")]
    [InlineData("nbf", "[]", "assertion_time_malformed")]
    [InlineData("exp", "1E+300", "assertion_time_malformed")]
    [InlineData("jti", "5", "assertion_jti_missing")]
    public async Task A_claim_of_another_type_is_refused_by_its_own_code(string claim, string value, string code)
    {
        await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims[claim] = JsonNode.Parse(value)), code);

        Assert.Contains(Fixture.Server.Logs.Lines, line => line.Contains($"found {value}.", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task Times_in_milliseconds_are_refused_and_the_log_says_so()
    {
        var now = Fixture.Time.GetUtcNow().ToUnixTimeMilliseconds();

        await RefusesAsync(
            Fixture.MakerA.Make(claims: claims => { claims.Remove("iat"); claims["exp"] = now + 60_000; }),
            "assertion_time_malformed");

        Assert.Contains(Fixture.Server.Logs.Lines, line => line.Contains("not milliseconds", StringComparison.Ordinal));
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
        await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims["exp"] = JsonNode.Parse(exp)), "assertion_time_malformed");

    [Theory]
    [Trait("Rule", "AS-09")]
    [InlineData("iat")]
    [InlineData("nbf")]
    public async Task A_time_more_than_10_seconds_ahead_is_refused_and_10_are_forgiven(string claim)
    {
        var now = Fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims[claim] = now + 11), "assertion_from_the_future");
        Assert.Equal(200, (await Fixture.SendAsync(Fixture.MakerA.Make(claims: claims => claims[claim] = now + 10))).Status);
    }

    [Theory]
    [Trait("Rule", "AS-10")]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_missing_jti_is_refused(string? jti) =>
        await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims["jti"] = jti), "assertion_jti_missing");

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_jti_of_256_characters_is_refused() =>
        await RefusesAsync(Fixture.MakerA.Make(claims: claims => claims["jti"] = new string('x', 256)), "assertion_jti_missing");

    private string At(int issuedAt, int expiresAt)
    {
        var now = Fixture.Time.GetUtcNow().ToUnixTimeSeconds();
        return Fixture.MakerA.Make(claims: claims =>
        {
            claims["iat"] = now + issuedAt;
            claims["exp"] = now + expiresAt;
        });
    }
}
