using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Every looser mode is a setting, says so at start, and opens no more than it says.</summary>
public sealed class LooserRuleTests
{
    private const string Section = "AuthorizationServer:ClientAssertion";

    [Fact]
    [Trait("Rule", "AS-07")]
    public async Task The_token_endpoint_is_an_audience_only_where_the_setting_says_so()
    {
        await using var fixture = await StartAsync("AcceptTokenEndpointAudience", "true", "AS-07");

        Assert.Equal(200, await StatusAsync(fixture, claims => claims["aud"] = $"{fixture.Issuer}/token"));
        Assert.Equal(200, await StatusAsync(fixture, _ => { }));
        Assert.Equal(401, await StatusAsync(fixture, claims => claims["aud"] = new JsonArray($"{fixture.Issuer}/token")));
    }

    [Fact]
    [Trait("Rule", "AS-07")]
    public async Task An_array_of_the_one_right_audience_is_accepted_only_where_the_setting_says_so()
    {
        await using var fixture = await StartAsync("AcceptAudienceArray", "true", "AS-07");

        Assert.Equal(200, await StatusAsync(fixture, claims => claims["aud"] = new JsonArray(fixture.Issuer)));
        Assert.Equal(401, await StatusAsync(fixture, claims => claims["aud"] = new JsonArray(fixture.Issuer, "https://other.example")));
        Assert.Equal(401, await StatusAsync(fixture, claims => claims["aud"] = new JsonArray($"{fixture.Issuer}/token")));
    }

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task A_longer_lifetime_is_accepted_up_to_the_setting()
    {
        await using var fixture = await StartAsync("MaxLifetime", "00:05:00", "AS-08");
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(200, await StatusAsync(fixture, claims => claims["exp"] = now + 300));
        Assert.Equal(401, await StatusAsync(fixture, claims => claims["exp"] = now + 301));
    }

    [Fact]
    [Trait("Rule", "AS-09")]
    public async Task A_larger_clock_skew_is_accepted_up_to_the_setting()
    {
        await using var fixture = await StartAsync("ClockSkew", "00:01:00", "AS-09");
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(200, await StatusAsync(fixture, claims => claims["iat"] = now + 60));
        Assert.Equal(401, await StatusAsync(fixture, claims => claims["iat"] = now + 61));
    }

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task A_larger_clock_skew_is_one_for_the_end_too()
    {
        await using var fixture = await StartAsync("ClockSkew", "00:01:00", "AS-08");
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(200, await StatusAsync(fixture, claims => (claims["iat"], claims["exp"]) = (now - 100, now - 59)));
        Assert.Equal(401, await StatusAsync(fixture, claims => (claims["iat"], claims["exp"]) = (now - 100, now - 60)));
    }

    private static async Task<TokenEndpointFixture> StartAsync(string setting, string value, string rule)
    {
        var fixture = await TokenEndpointFixture.StartAsync(($"{Section}:{setting}", value));
        Assert.Contains(
            fixture.Server.Logs.Lines,
            line => line.Contains($"Rule {rule} is loosened by the setting {Section}:{setting}", StringComparison.Ordinal));
        return fixture;
    }

    private static async Task<int> StatusAsync(TokenEndpointFixture fixture, Action<JsonObject> change) =>
        (await fixture.SendAsync(fixture.MakerA.Make(claims: change))).Status;
}
