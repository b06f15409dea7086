using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Challenges, problems and the document that the challenges lead to.</summary>
public sealed class ChallengeTests(OrdersSystem system) : IClassFixture<OrdersSystem>
{
    [Fact]
    [Trait("Rule", "RS-03")]
    public async Task Without_a_token_the_challenge_names_no_error()
    {
        var answer = await system.GetAsync("/orders", token: null);

        Assert.Equal(401, answer.Status);
        Assert.Equal($"Bearer {system.ResourceMetadata}", answer.Challenge);
    }

    [Fact]
    [Trait("Rule", "RS-03")]
    public async Task A_bad_token_is_invalid_token_and_nothing_more()
    {
        var token = system.Token();
        token.Claims["aud"] = "https://other.example";

        var answer = await system.GetAsync("/orders", token.Make());

        Assert.Equal(401, answer.Status);
        Assert.Equal($"Bearer error=\"invalid_token\", {system.ResourceMetadata}", answer.Challenge);
        Assert.DoesNotContain("aud", answer.Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "RS-03")]
    public async Task A_missing_scope_is_named()
    {
        var token = system.Token();
        token.Claims["scope"] = "write";

        var answer = await system.GetAsync("/orders", token.Make());

        Assert.Equal((403, "scope_missing"), (answer.Status, answer.Code));
        Assert.Equal($"Bearer error=\"insufficient_scope\", scope=\"read\", {system.ResourceMetadata}", answer.Challenge);
    }

    [Fact]
    [Trait("Rule", "RS-04")]
    public async Task Every_error_is_a_problem_with_code_and_trace_id()
    {
        ApiAnswer[] answers =
        [
            await system.GetAsync("/orders", token: null),
            await system.GetAsync("/orders", "no-token"),
            await system.GetAsync("/orders/ord-1", system.Token().Make()),
            await system.GetAsync("/orders?limit=0", system.Token().Make()),
            await system.GetAsync("/no-such-path", system.Token().Make()),
        ];

        Assert.Equal(["token_missing", "token_invalid", "order_not_found", "page_invalid", "not_found"], answers.Select(answer => answer.Code));
        Assert.All(answers, answer =>
        {
            Assert.Equal("application/problem+json", answer.MediaType);
            Assert.Equal($"urn:b2bassertions:error:{answer.Code}", (string?)answer.Body!["type"]);
            Assert.Equal(32, ((string?)answer.Body["traceId"])?.Length);
        });
    }

    [Fact]
    [Trait("Rule", "RS-08")]
    public async Task The_challenge_leads_to_the_metadata_of_this_resource()
    {
        var answer = await system.GetAsync("/.well-known/oauth-protected-resource", token: null);

        Assert.Equal(200, answer.Status);
        Assert.Equal(system.Api.Address, (string?)answer.Body!["resource"]);
        Assert.Equal([system.Issuer.Address], answer.Body["authorization_servers"]!.AsArray().GetValues<string>());
        Assert.Equal(["read", "write"], answer.Body["scopes_supported"]!.AsArray().GetValues<string>());
        Assert.Equal(["header"], answer.Body["bearer_methods_supported"]!.AsArray().GetValues<string>());
    }

    [Fact]
    [Trait("Rule", "RS-08")]
    public async Task The_metadata_of_a_resource_with_a_path_lies_between_host_and_path()
    {
        await using var own = await OrdersSystem.StartAsync(new() { ["OrdersApi:Resource"] = "https://api.example/orders-api" });

        var answer = await own.GetAsync("/orders", token: null);
        var metadata = await own.GetAsync("/.well-known/oauth-protected-resource/orders-api", token: null);

        Assert.Equal("Bearer resource_metadata=\"https://api.example/.well-known/oauth-protected-resource/orders-api\"", answer.Challenge);
        Assert.Equal("https://api.example/orders-api", (string?)metadata.Body!["resource"]);
    }
}
