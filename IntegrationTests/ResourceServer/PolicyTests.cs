using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>What a service may ask for beside a token, and how a refusal of its own is answered.</summary>
public sealed class PolicyTests
{
    [Theory]
    [Trait("Rule", "RS-05")]
    [InlineData("read", "True False")]
    [InlineData("other admin", "False True")]
    [InlineData("admin read", "True True")]
    public async Task Any_one_of_several_scopes_is_enough(string scope, string expected)
    {
        await using var system = await ProtectedSystem.StartAsync();

        var answer = await system.GetAsync("/any-of", system.Token(scope).Make());

        Assert.Equal((200, expected), (answer.Status, answer.Text));
    }

    [Fact]
    [Trait("Rule", "RS-03")]
    public async Task The_challenge_names_every_scope_that_would_do()
    {
        await using var system = await ProtectedSystem.StartAsync();

        var answer = await system.GetAsync("/any-of", system.Token("reader").Make());

        Assert.Equal((403, "scope_missing"), (answer.Status, answer.Code));
        Assert.Equal($"Bearer error=\"insufficient_scope\", scope=\"read admin\", {system.ResourceMetadata}", answer.Challenge);
    }

    [Fact]
    [Trait("Rule", "RS-03")]
    public async Task A_refusal_of_the_services_own_is_a_problem_without_an_error_in_the_challenge()
    {
        await using var system = await ProtectedSystem.StartAsync();
        using var authorizations = new RecordedAuthorizations(system.Service);

        var own = await system.GetAsync($"/partners/{SystemSettings.PartnerClientId}", system.Token().Make());
        var foreign = await system.GetAsync($"/partners/{SystemSettings.OtherPartnerClientId}", system.Token().Make());

        Assert.Equal(200, own.Status);
        Assert.Equal((403, "client_foreign", "application/problem+json"), (foreign.Status, foreign.Code, foreign.MediaType));
        Assert.Equal($"Bearer {system.ResourceMetadata}", foreign.Challenge);
        Assert.Equal(["ok", "client_foreign"], authorizations.Outcomes);
        Assert.Contains(
            system.Service.Logs.Lines,
            line => line.Contains($"Request refused (client_foreign): it is not for client {SystemSettings.PartnerClientId}.", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "RS-03")]
    public async Task What_the_token_lacks_comes_before_a_refusal_of_the_services_own()
    {
        await using var system = await ProtectedSystem.StartAsync();

        var answer = await system.GetAsync($"/partners/{SystemSettings.OtherPartnerClientId}", system.Token("admin").Make());

        Assert.Equal((403, "scope_missing"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_policy_that_forbids_for_no_reason_is_a_fault_of_the_service()
    {
        await using var system = await ProtectedSystem.StartAsync();

        var answer = await system.GetAsync("/no-reason", system.Token().Make());

        Assert.Equal((500, "internal_error"), (answer.Status, answer.Code));
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task A_refused_token_does_not_pass_where_none_is_needed()
    {
        await using var system = await ProtectedSystem.StartAsync();

        Assert.Equal(200, (await system.GetAsync("/lenient", token: null)).Status);
        Assert.Equal("token_invalid", (await system.GetAsync("/lenient", "no-token")).Code);
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task An_endpoint_that_says_nothing_needs_a_token()
    {
        await using var system = await ProtectedSystem.StartAsync();

        Assert.Equal("token_missing", (await system.GetAsync("/fallback", token: null)).Code);
        Assert.Equal(SystemSettings.PartnerClientId, (await system.GetAsync("/fallback", system.Token().Make())).Text);
    }
}
