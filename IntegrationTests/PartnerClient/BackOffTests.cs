using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

[Trait("Rule", "PC-05")]
public class BackOffTests
{
    [Fact]
    public async Task Servers_that_come_up_later_are_found_without_a_restart()
    {
        await using var client = new ClientUnderTest();
        await client.StartClientAsync();
        var early = await client.UntilAsync(report => report.Number == 3);
        Assert.Equal("server_unavailable", early.Failure!.Code);
        Assert.Contains(client.Registry.Address, early.Failure.Message, StringComparison.Ordinal);

        await client.StartServersAsync();
        var report = await client.UntilAsync(report => report.Failure is null);

        Assert.Equal(2, report.Orders!.Count);
    }

    [Fact]
    public async Task The_health_endpoint_says_degraded_while_flows_fail()
    {
        await using var client = new ClientUnderTest();
        await client.StartClientAsync();
        await client.UntilAsync(report => report.Failure is not null);

        Assert.Equal("Degraded", await client.Service.Client.GetStringAsync(HealthPaths.Health, TestContext.Current.CancellationToken));
        Assert.Equal("Healthy", await client.Service.Client.GetStringAsync(HealthPaths.Alive, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_failure_is_one_line_with_what_where_what_to_do_and_when_the_next_try_is()
    {
        await using var client = new ClientUnderTest();
        await client.StartClientAsync();
        await client.UntilAsync(report => report.Failure is not null);

        var line = Assert.Single(client.Service.Logs.Lines, line => line.Contains("Flow 1 failed", StringComparison.Ordinal));
        Assert.StartsWith("Warning ", line, StringComparison.Ordinal);
        Assert.Contains("server_unavailable", line, StringComparison.Ordinal);
        Assert.Contains(client.Registry.Address, line, StringComparison.Ordinal);
        Assert.Contains("PartnerClient:JwksService", line, StringComparison.Ordinal);
        Assert.Contains("Next try in ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_client_is_not_tried_again_within_five_minutes_and_every_flow_says_why()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.Json(new { error = "invalid_client" }, statusCode: 401) : null;
        var first = await client.RunFirstFlowAsync();
        Assert.True(first.Failure!.IsPermanent);

        var second = await client.NextFlowAsync();
        Assert.Equal("token_refused", second.Failure!.Code);
        Assert.Contains("PartnerClient doctor", second.Failure.WhatToDo, StringComparison.Ordinal);
        Assert.Single(client.Issuer.TokenRequests);

        await client.UntilAsync(_ => client.Issuer.TokenRequests.Count == 2);
        var times = client.Issuer.TokenRequests.Select(request => request.At).ToArray();
        Assert.InRange((times[1] - times[0]).TotalSeconds, 300, 400);
    }

    [Fact]
    public async Task Waits_grow_from_a_second_to_a_minute_while_a_server_is_away()
    {
        await using var client = new ClientUnderTest();
        client.Registry.Instead = _ => Results.StatusCode(503);
        await client.RunFirstFlowAsync();

        await client.UntilAsync(report => report.Number == 8);

        var times = client.Registry.Requests.Select(request => request.At).ToArray();
        var waits = times.Zip(times.Skip(1), (earlier, later) => (later - earlier).TotalSeconds).ToArray();
        Assert.Equal(8, times.Length);
        Assert.InRange(waits[0], 1, 4);
        Assert.InRange(waits[6], 30, 64);
        Assert.True(waits[0] < waits[3] && waits[3] < waits[6], string.Join(", ", waits));
    }

    [Fact]
    public async Task After_a_success_the_wait_is_the_poll_interval_again()
    {
        await using var client = new ClientUnderTest();
        client.Orders.Instead = _ => Results.StatusCode(500);
        await client.RunFirstFlowAsync();
        await client.UntilAsync(report => report.Number == 5);
        client.Orders.Instead = null;
        var success = await client.UntilAsync(report => report.Failure is null);

        var next = await client.NextFlowAsync();

        Assert.InRange(next.StartedAt - success.StartedAt, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(14));
    }

    [Fact]
    public async Task A_server_that_is_asked_too_often_is_not_asked_at_once_again()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.StatusCode(429) : null;

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("too_many_requests", report.Failure!.Code);
        Assert.StartsWith("Nothing to do", report.Failure.WhatToDo, StringComparison.Ordinal);
        Assert.Single(client.Issuer.TokenRequests);
    }

    [Theory]
    [InlineData("token", 429, "45", 45, 52)]
    [InlineData("token", 503, "45", 45, 52)]
    [InlineData("orders", 503, "45", 45, 48)]
    [InlineData("token", 503, "86400", 60, 63)]
    [InlineData("token", 503, "soon", 1, 4)]
    public async Task A_server_is_left_alone_for_as_long_as_it_asks_but_no_longer_than_a_minute(
        string step, int status, string retryAfter, int least, int most)
    {
        await using var client = new ClientUnderTest();
        StubServer server = step == "token" ? client.Issuer : client.Orders;
        server.Instead = request => request.IsPost || step == "orders" ? StubServers.RetryAfter(status, retryAfter) : null;
        var first = await client.RunFirstFlowAsync();
        Assert.Equal(step, first.Failure!.Step);

        var second = await client.NextFlowAsync();

        Assert.InRange((second.StartedAt - first.StartedAt).TotalSeconds, least, most);
    }

    [Fact]
    public async Task A_token_request_that_failed_is_not_made_again_by_the_same_flow()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.StatusCode(503) : null;

        await client.RunFirstFlowAsync();

        Assert.Single(client.Issuer.TokenRequests);
    }

    [Theory]
    [InlineData("registry", "enrolment")]
    [InlineData("issuer", "token")]
    [InlineData("orders", "orders")]
    public async Task A_server_that_never_answers_is_given_up(string which, string step)
    {
        await using var client = new ClientUnderTest();
        StubServer slow = which switch { "registry" => client.Registry, "issuer" => client.Issuer, _ => client.Orders };
        using var release = new ManualResetEventSlim();
        slow.Instead = _ =>
        {
            release.Wait(TestContext.Current.CancellationToken);
            return Results.StatusCode(503);
        };
        await client.StartServersAsync();
        await client.StartClientAsync();
        await WaitFor.StateAsync("a request that is kept waiting", () => slow.Requests.FirstOrDefault());

        var report = await client.UntilAsync(_ => true, evenWhileBusy: true);
        release.Set();

        Assert.Equal("server_unavailable", report.Failure!.Code);
        Assert.Equal(step, report.Failure.Step);
        Assert.Contains("in time", report.Failure.Message, StringComparison.Ordinal);
    }
}
