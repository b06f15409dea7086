using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>Where no access token is asked for, none is judged: endpoints open to anyone, and those that take other bearer credentials too.</summary>
[Trait("Rule", "RS-01")]
public sealed class OtherBearerCredentialsTests
{
    private const string OtherToken = ProtectedService.OtherPrefix + "a-secret-of-the-endpoints-own";

    [Theory]
    [InlineData("/open")]
    [InlineData("/health")]
    [InlineData("/.well-known/oauth-protected-resource")]
    public async Task A_token_is_not_looked_at_where_anyone_may_come(string path)
    {
        await using var system = await ProtectedSystem.StartAsync();
        // The health check reads the issuer's keys, whatever the token: so that is done before.
        await WaitFor.StateAsync("healthy", async () => await system.GetAsync("/health", token: null) is { Status: 200 } healthy ? healthy : null);
        var readings = system.Issuer.MetadataRequests;
        using var authorizations = new RecordedAuthorizations(system.Service);

        Assert.Equal(200, (await system.GetAsync(path, "no-token")).Status);
        Assert.Equal(200, (await system.GetAsync(path, system.Token().Make())).Status);

        AssertNothingJudged(system, authorizations, readings);
    }

    [Fact]
    public async Task Other_bearer_credentials_reach_the_endpoint_unjudged()
    {
        await using var system = await ProtectedSystem.StartAsync();
        using var authorizations = new RecordedAuthorizations(system.Service);

        var answer = await system.GetAsync("/either", OtherToken);

        Assert.Equal((200, OtherToken), (answer.Status, answer.Text));
        AssertNothingJudged(system, authorizations);
    }

    [Fact]
    public async Task Other_bearer_credentials_are_never_logged()
    {
        await using var system = await ProtectedSystem.StartAsync();

        Assert.Equal(200, (await system.GetAsync("/either", OtherToken)).Status);

        Assert.DoesNotContain(system.Service.Logs.Lines, line => line.Contains(OtherToken, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_access_token_is_judged_beside_them_as_anywhere()
    {
        await using var system = await ProtectedSystem.StartAsync();

        var valid = await system.GetAsync("/either", system.Token().Make());
        var withoutScope = await system.GetAsync("/either", system.Token("admin").Make());
        var invalid = await system.GetAsync("/either", "no-token");
        var none = await system.GetAsync("/either", token: null);

        Assert.Equal((200, SystemSettings.PartnerClientId), (valid.Status, valid.Text));
        Assert.Equal("scope_missing", withoutScope.Code);
        Assert.Equal("token_invalid", invalid.Code);
        Assert.Equal("token_missing", none.Code);
    }

    [Theory]
    [InlineData("/fallback", "token_invalid")]
    [InlineData("/any-of", "token_invalid")]
    [InlineData("/either-but-own-only", "token_missing")]
    public async Task They_pass_nowhere_but_where_endpoint_and_policy_both_say_so(string path, string code)
    {
        await using var system = await ProtectedSystem.StartAsync();

        var answer = await system.GetAsync(path, OtherToken);

        Assert.Equal((401, code), (answer.Status, answer.Code));
    }

    private static void AssertNothingJudged(ProtectedSystem system, RecordedAuthorizations authorizations, int readingsBefore = 0)
    {
        Assert.Empty(authorizations.Outcomes);
        Assert.Equal(readingsBefore, system.Issuer.MetadataRequests);
        Assert.DoesNotContain(system.Service.Logs.Lines, line => line.Contains("Access token refused", StringComparison.Ordinal));
    }
}
