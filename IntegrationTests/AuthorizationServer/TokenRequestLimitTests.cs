using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Who sends too much, or fails too often, is slowed down before it costs anything, and nobody else is.</summary>
public sealed class TokenRequestLimitTests
{
    private const string Section = "AuthorizationServer:RateLimits";
    private const int Limit = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_address_sends_so_many_requests_a_minute_and_no_more()
    {
        await using var fixture = await StartAsync("RequestsPerMinuteAndAddress");
        string[] spellings = ["/token", "/TOKEN", "/token/"];
        foreach (var path in spellings)
        {
            using var form = TokenEndpointFixture.Form(fixture.MakerA.Make());
            using var response = await fixture.Server.Client.PostAsync(new Uri(path, UriKind.Relative), form, Cancellation);
            Assert.Equal(200, (int)response.StatusCode);
        }

        using var other = LoopbackSender.ClientAt(2, fixture.Server.Address);
        await AssertLimitedAsync(fixture, "RequestsPerMinuteAndAddress", () => fixture.SendAsync(fixture.MakerA.Make()));
        await AssertLimitedAsync(fixture, "RequestsPerMinuteAndAddress", () => fixture.SendAsync(fixture.MakerB.Make()));
        await AssertLimitedAsync(fixture, "RequestsPerMinuteAndAddress", () => fixture.PostAsync(new StringContent("garbage")));
        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(other, fixture.MakerA.Make())).Status);
    }

    [Fact]
    public async Task After_the_seconds_in_Retry_After_a_limited_request_is_looked_at()
    {
        await using var fixture = await StartAsync("RequestsPerMinuteAndAddress");
        await SendAsync(Limit, () => fixture.SendAsync(fixture.MakerA.Make()));
        var limited = await fixture.SendAsync(fixture.MakerA.Make());
        Assert.Equal(20, limited.RetryAfter);

        fixture.Time.Advance(TimeSpan.FromSeconds(limited.RetryAfter!.Value));

        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerA.Make())).Status);
        Assert.Equal(429, (await fixture.SendAsync(fixture.MakerA.Make())).Status);
    }

    [Fact]
    public async Task One_client_authenticates_so_often_a_minute_from_all_addresses_together_and_no_more()
    {
        await using var fixture = await StartAsync("RequestsPerMinuteAndClient");
        using var other = LoopbackSender.ClientAt(2, fixture.Server.Address);
        await SendAsync(Limit, () => TokenEndpointFixture.PostAsync(other, fixture.MakerA.Make()), status: 200);

        // Not a fetch more, though the key is one that a request for client A would have looked for.
        await AssertLimitedAsync(fixture, "RequestsPerMinuteAndClient", () => fixture.SendAsync(fixture.MakerA.Make(header => header["kid"] = "new")));
        await AssertLimitedAsync(fixture, "RequestsPerMinuteAndClient", () => TokenEndpointFixture.PostAsync(other, fixture.MakerA.Make()));
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerB.Make())).Status);
    }

    [Fact]
    public async Task Requests_of_one_client_at_once_get_no_more_tokens_than_the_limit()
    {
        await using var fixture = await StartAsync("RequestsPerMinuteAndClient");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => fixture.SendAsync(fixture.MakerC.Make()))));

        Assert.Equal(Limit, answers.Count(answer => answer.AccessToken is not null));
        Assert.Equal(20 - Limit, answers.Count(answer => answer.Status == 429));
    }

    [Fact]
    public async Task A_stranger_who_knows_a_client_id_uses_up_nothing_of_the_client()
    {
        await using var fixture = await StartAsync("RequestsPerMinuteAndClient", "FailuresPerMinuteAndClient", "FailuresPerMinuteAndAddress");
        using var stranger = LoopbackSender.ClientAt(66, fixture.Server.Address);
        var stolen = fixture.MakerA.Make();
        Assert.Equal(200, (await fixture.SendAsync(stolen)).Status);

        await SendAsync(Limit * 2, () => TokenEndpointFixture.PostAsync(stranger, fixture.MakerA.Make(sign: _ => new byte[256])));
        using var thief = LoopbackSender.ClientAt(67, fixture.Server.Address);
        await SendAsync(Limit * 2, () => TokenEndpointFixture.PostAsync(thief, stolen));

        await SendAsync(Limit - 1, () => fixture.SendAsync(fixture.MakerA.Make()), status: 200);
    }

    [Fact]
    public async Task A_client_that_fails_so_often_from_an_address_is_refused_there_and_nowhere_else()
    {
        await using var fixture = await StartAsync("FailuresPerMinuteAndClient");
        await SendAsync(Limit, () => fixture.SendAsync(fixture.MakerA.Make(header => header["kid"] = "wrong")), status: 401);

        using var other = LoopbackSender.ClientAt(2, fixture.Server.Address);
        await AssertLimitedAsync(fixture, "FailuresPerMinuteAndClient", () => fixture.SendAsync(fixture.MakerA.Make()));
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerB.Make())).Status);
        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(other, fixture.MakerA.Make())).Status);

        fixture.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerA.Make())).Status);
    }

    [Fact]
    public async Task Failures_in_whatever_name_count_for_their_address()
    {
        await using var fixture = await StartAsync("FailuresPerMinuteAndAddress");
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerA.Make(claims: claims => claims["iss"] = "nobody"))).Status);
        Assert.Equal(401, (await fixture.SendAsync("garbage")).Status);
        Assert.Equal(401, (await fixture.SendAsync(fixture.MakerB.Make(), ("client_secret", "guess"))).Status);

        using var other = LoopbackSender.ClientAt(2, fixture.Server.Address);
        await AssertLimitedAsync(fixture, "FailuresPerMinuteAndAddress", () => fixture.SendAsync(fixture.MakerB.Make()));
        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(other, fixture.MakerB.Make())).Status);
    }

    [Fact]
    public async Task Keys_that_cannot_be_read_and_scopes_that_are_not_granted_are_no_failures_to_authenticate()
    {
        await using var fixture = await StartAsync("FailuresPerMinuteAndClient", "FailuresPerMinuteAndAddress");
        fixture.JwksA.Status = 500;

        await SendAsync(Limit + 1, () => fixture.SendAsync(fixture.MakerA.Make()), status: 503);
        await SendAsync(Limit + 1, () => fixture.SendAsync(fixture.MakerB.Make(), ("scope", "partners:manage")), status: 400);

        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerB.Make())).Status);
    }

    [Fact]
    public async Task A_flood_of_limited_requests_is_no_flood_of_lines()
    {
        await using var fixture = await StartAsync("RequestsPerMinuteAndAddress");
        await SendAsync(Limit, () => fixture.SendAsync(fixture.MakerA.Make()));
        await SendAsync(50, () => fixture.SendAsync(fixture.MakerA.Make()), status: 429);
        Assert.Single(LimitLines(fixture));

        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        await fixture.SendAsync(fixture.MakerA.Make());

        Assert.Equal(2, LimitLines(fixture).Count);
        Assert.Contains("; 49 more since", LimitLines(fixture)[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_of_0_is_none_and_says_so_at_start()
    {
        string[] all = ["RequestsPerMinuteAndAddress", "RequestsPerMinuteAndClient", "FailuresPerMinuteAndAddress", "FailuresPerMinuteAndClient"];
        await using var fixture = await TokenEndpointFixture.StartAsync([.. all.Select(name => ($"{Section}:{name}", "0"))]);

        Assert.All(all, name => Assert.Single(
            fixture.Server.Logs.Lines,
            line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains($"{Section}:{name} is 0", StringComparison.Ordinal)));
        await SendAsync(30, () => fixture.SendAsync("garbage"), status: 401);
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerA.Make())).Status);
    }

    private static Task<TokenEndpointFixture> StartAsync(params string[] limits) =>
        TokenEndpointFixture.StartAsync([.. limits.Select(name => ($"{Section}:{name}", $"{Limit}"))]);

    private static async Task SendAsync(int times, Func<Task<TokenAnswer>> send, int? status = null)
    {
        for (var count = 0; count < times; count++)
        {
            var answer = await send();
            Assert.Equal(status ?? answer.Status, answer.Status);
        }
    }

    private static async Task AssertLimitedAsync(TokenEndpointFixture fixture, string setting, Func<Task<TokenAnswer>> send)
    {
        var before = await CostAsync(fixture);

        var answer = await send();

        Assert.NotEqual(0, before.Lookups);
        Assert.Equal((429, "temporarily_unavailable"), (answer.Status, answer.Error));
        Assert.Null(answer.AccessToken);
        Assert.True(answer.NoStore);
        Assert.InRange(answer.RetryAfter!.Value, 1, 60);
        Assert.Contains(LimitLines(fixture), line => line.Contains($"too_many_token_requests, by {Section}:{setting}.", StringComparison.Ordinal));
        Assert.Equal(before, await CostAsync(fixture));
    }

    /// <summary>Fetches of keys, assertions remembered, and commands that look up a client.</summary>
    private static async Task<(int Fetches, int Used, int Lookups)> CostAsync(TokenEndpointFixture fixture)
    {
        var lookups = fixture.Server.Logs.Lines.Count(line => line.Contains("\"OpenIddictApplications\"", StringComparison.Ordinal));
        await using var scope = fixture.Server.Services.CreateAsyncScope();
        var used = await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().UsedAssertions.CountAsync(Cancellation);
        return (fixture.JwksA.Requests + fixture.JwksB.Requests, used, lookups);
    }

    private static List<string> LimitLines(TokenEndpointFixture fixture) =>
        [.. fixture.Server.Logs.Lines.Where(line => line.Contains("Token requests limited", StringComparison.Ordinal))];
}
