using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

[Trait("Rule", "PC-04")]
public class AccessTokenTests
{
    [Fact]
    public async Task A_stop_during_a_token_request_is_no_failure()
    {
        await using var client = new ClientUnderTest();
        using var answer = new ManualResetEventSlim();
        client.Issuer.Instead = request =>
        {
            if (request.IsPost)
            {
                answer.Wait(TestContext.Current.CancellationToken);
            }

            return null;
        };
        await client.StartServersAsync();
        await client.StartClientAsync();
        await WaitFor.StateAsync("a token request", () => client.Issuer.Requests.FirstOrDefault(request => request.IsPost));

        client.Service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        answer.Set();

        Assert.Null((await client.UntilAsync(_ => true)).Failure);
    }

    [Fact]
    public async Task The_next_flow_uses_the_kept_token_and_says_so()
    {
        await using var client = new ClientUnderTest();
        var first = await client.RunFirstFlowAsync();

        var second = await client.NextFlowAsync();

        Assert.False(first.Token!.FromCache);
        Assert.True(second.Token!.FromCache);
        Assert.Equal(first.Assertion!.Claims["jti"]!.ToString(), second.Assertion!.Claims["jti"]!.ToString());
        Assert.Single(client.Issuer.TokenRequests);
    }

    [Fact]
    public async Task A_401_from_the_API_renews_the_token_once()
    {
        await using var client = new ClientUnderTest();
        var requests = 0;
        client.Orders.Instead = _ => Interlocked.Increment(ref requests) == 1 ? StubServers.Problem(401, "invalid_token") : null;

        var report = await client.RunFirstFlowAsync();

        Assert.Null(report.Failure);
        Assert.Equal(2, client.Issuer.TokenRequests.Count);
        Assert.Equal(3, client.Orders.Requests.Count);
        Assert.Equal(2, client.Orders.Requests.Select(request => request.Authorization).Distinct().Count());
    }

    [Fact]
    public async Task A_401_with_the_fresh_token_too_is_a_failure()
    {
        await using var client = new ClientUnderTest();
        client.Orders.Instead = _ => StubServers.Problem(401, "invalid_token");

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("orders_refused", report.Failure!.Code);
        Assert.Equal("orders", report.Failure.Step);
        Assert.Equal(2, client.Issuer.TokenRequests.Count);
        Assert.Equal(2, client.Orders.Requests.Count);
    }

    [Fact]
    public async Task A_renewal_that_fails_is_reported_as_what_it_is()
    {
        await using var client = new ClientUnderTest();
        client.Orders.Instead = _ =>
        {
            client.Issuer.Instead = request => request.IsPost ? Results.Json(new { error = "invalid_client" }, statusCode: 401) : null;
            return StubServers.Problem(401, "invalid_token");
        };

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("token_refused", report.Failure!.Code);
        Assert.Equal("token", report.Failure.Step);
        Assert.Single(client.Orders.Requests);
    }
}
