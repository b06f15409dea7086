using System.Text.Json.Nodes;

using B2BAssertions.AuthorizationServer.Database;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>A client's own rules hold for that client alone, be they looser or stricter than the server's, and looser ones are told at start.</summary>
public sealed class ClientRuleTests
{
    private const string OfA = "AuthorizationServer:Clients:0:ClientAssertion";
    private const string OfServer = "AuthorizationServer:ClientAssertion";

    [Fact]
    [Trait("Rule", "AS-07")]
    public async Task A_client_may_name_the_token_endpoint_as_audience_and_no_other_may()
    {
        await using var fixture = await LoosenedAsync("AcceptTokenEndpointAudience", "true", "AS-07");

        await AssertForAAloneAsync(fixture, claims => claims["aud"] = $"{fixture.Issuer}/token", "assertion_audience_wrong");
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims => claims["aud"] = "https://other.example"))).Status);
        Assert.Contains(
            fixture.Server.Logs.Lines,
            line => line.Contains($"expected \"{fixture.Issuer}\" or \"{fixture.Issuer}/token\", found", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "AS-07")]
    public async Task A_client_may_send_its_audience_as_an_array_and_no_other_may()
    {
        await using var fixture = await LoosenedAsync("AcceptAudienceArray", "true", "AS-07");

        await AssertForAAloneAsync(fixture, claims => claims["aud"] = new JsonArray(fixture.Issuer), "assertion_audience_wrong");
    }

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task A_client_may_have_a_longer_lifetime_up_to_its_setting_and_no_other_may()
    {
        await using var fixture = await LoosenedAsync("MaxLifetime", "00:05:00", "AS-08");
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        await AssertForAAloneAsync(fixture, claims => claims["exp"] = now + 300, "assertion_lifetime_too_long");
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims => claims["exp"] = now + 301))).Status);
    }

    [Fact]
    [Trait("Rule", "AS-09")]
    public async Task A_clients_clock_may_be_off_up_to_its_setting_and_no_others()
    {
        await using var fixture = await LoosenedAsync("ClockSkew", "00:01:00", "AS-09");
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        await AssertForAAloneAsync(fixture, claims => claims["nbf"] = now + 60, "assertion_from_the_future");
        await AssertForAAloneAsync(fixture, claims => (claims["iat"], claims["exp"]) = (now - 90, now - 59), "assertion_expired");
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims => claims["nbf"] = now + 61))).Status);
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims => (claims["iat"], claims["exp"]) = (now - 90, now - 60)))).Status);
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_used_jti_is_kept_for_the_clients_own_clock_skew()
    {
        await using var fixture = await LoosenedAsync("ClockSkew", "00:01:00", "AS-09");
        var expiresAt = fixture.Time.GetUtcNow().ToUnixTimeSeconds() + 60;
        await fixture.SendAsync(fixture.MakerA.Make());
        await fixture.SendAsync(fixture.MakerB.Make());

        await using var scope = fixture.Server.Services.CreateAsyncScope();
        var kept = await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().UsedAssertions
            .ToDictionaryAsync(used => used.ClientId, used => used.AcceptableUntil - expiresAt, TestContext.Current.CancellationToken);

        Assert.Equal((60, 10), (kept[TokenEndpointFixture.ClientA], kept[TokenEndpointFixture.ClientB]));
    }

    [Fact]
    [Trait("Rule", "AS-08")]
    public async Task A_client_may_be_held_to_stricter_rules_than_the_server_has()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync(
            ($"{OfServer}:AcceptAudienceArray", "true"),
            ($"{OfServer}:MaxLifetime", "00:05:00"),
            ($"{OfA}:AcceptAudienceArray", "false"),
            ($"{OfA}:MaxLifetime", "00:00:30"));
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerB.Make(claims: claims => claims["exp"] = now + 300))).Status);
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerB.Make(claims: claims => claims["aud"] = new JsonArray(fixture.Issuer)))).Status);
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims => claims["exp"] = now + 31))).Status);
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims =>
            (claims["aud"], claims["exp"]) = (new JsonArray(fixture.Issuer), now + 30)))).Status);
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims => claims["exp"] = now + 30))).Status);
        Assert.DoesNotContain(fixture.Server.Logs.Lines, line => line.Contains($"loosened by the setting {OfA}", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "AS-03")]
    public async Task The_servers_algorithms_are_those_of_clients_that_name_none()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync(($"{OfServer}:AllowedAlgorithms:0", "ES256"));

        var refused = await fixture.SendAsync(fixture.MakerA.Make());

        Assert.Equal((401, "invalid_client"), (refused.Status, refused.Error));
        Assert.Contains(
            fixture.Server.Logs.Lines,
            line => line.Contains("assertion_algorithm_not_allowed", StringComparison.Ordinal) && line.Contains("expected ES256, found PS256", StringComparison.Ordinal));
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerB.Make())).Status);
    }

    private static async Task<TokenEndpointFixture> LoosenedAsync(string setting, string value, string rule)
    {
        var fixture = await TokenEndpointFixture.StartAsync(($"{OfA}:{setting}", value));
        Assert.Single(
            fixture.Server.Logs.Lines,
            line => line.Contains($"Rule {rule} is loosened by the setting {OfA}:{setting}, for client client-a alone.", StringComparison.Ordinal));
        return fixture;
    }

    private static async Task AssertForAAloneAsync(TokenEndpointFixture fixture, Action<JsonObject> change, string code)
    {
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerA.Make(claims: change))).Status);
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerB.Make(claims: change))).Status);
        Assert.Contains(
            fixture.Server.Logs.Lines,
            line => line.Contains($"refused: {code}. Client client-b", StringComparison.Ordinal));
    }
}
