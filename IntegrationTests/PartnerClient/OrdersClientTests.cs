using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

public class OrdersClientTests
{
    [Fact]
    public async Task A_next_page_at_another_place_is_not_asked_for()
    {
        await using var client = new ClientUnderTest();
        client.Orders.SecondPage = $"{client.Registry.Address}/orders?limit=100&after=ord-1001";

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("orders_unreadable", report.Failure!.Code);
        Assert.DoesNotContain(client.Registry.Requests, request => request.Path == StubOrdersApi.OrdersPath);
    }

    [Fact]
    public async Task An_API_that_names_ever_more_pages_is_a_failure_after_fifty()
    {
        await using var client = new ClientUnderTest();
        var pages = 0;
        client.Orders.Instead = _ => Results.Json(new
        {
            orders = Array.Empty<int>(),
            next = $"/orders?after={Interlocked.Increment(ref pages)}",
        });

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("orders_unreadable", report.Failure!.Code);
        Assert.Contains("more than 50 pages", report.Failure.Message, StringComparison.Ordinal);
        Assert.Null(report.Orders);
        Assert.Equal(50, client.Orders.Requests.Count);
    }

    [Theory]
    [InlineData(403, "insufficient_scope", "orders_refused", true)]
    [InlineData(404, "not_found", "orders_refused", true)]
    [InlineData(500, "internal_error", "server_unavailable", false)]
    [InlineData(503, "internal_error", "server_unavailable", false)]
    public async Task An_error_of_the_API_is_a_failure_with_its_code(int status, string problem, string code, bool isPermanent)
    {
        await using var client = new ClientUnderTest();
        client.Orders.Instead = _ => StubServers.Problem(status, problem);

        var report = await client.RunFirstFlowAsync();

        Assert.Equal(code, report.Failure!.Code);
        Assert.Equal("orders", report.Failure.Step);
        Assert.Equal(isPermanent, report.Failure.IsPermanent);
        Assert.Contains(problem, report.Failure.Message, StringComparison.Ordinal);
        Assert.NotNull(report.Token);
    }

    [Theory]
    [InlineData("<html>Welcome</html>", "text/html")]
    [InlineData("<html>Welcome</html>", "application/json")]
    [InlineData("""{"orders":{}}""", "application/json")]
    [InlineData("""{"orders":[{"id":1}]}""", "application/json")]
    [InlineData("""{"orders":[],"next":7}""", "application/json")]
    [InlineData("""{"orders":[""", "application/json")]
    [InlineData("""[]""", "application/json")]
    public async Task An_answer_that_is_no_page_of_orders_is_a_failure(string body, string type)
    {
        await using var client = new ClientUnderTest();
        client.Orders.Instead = _ => Results.Text(body, type);

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("orders_unreadable", report.Failure!.Code);
        Assert.Null(report.Orders);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_a_failure()
    {
        await using var client = new ClientUnderTest();
        client.Orders.Instead = _ => Results.Text(new string(' ', 2 * 1024 * 1024), "application/json");

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("server_unavailable", report.Failure!.Code);
        Assert.Contains("too long", report.Failure.Message, StringComparison.Ordinal);
    }
}
