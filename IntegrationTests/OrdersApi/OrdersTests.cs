using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Reading the sample orders.</summary>
public abstract class OrdersTests(SharedOrders shared, DatabaseProvider provider) : StoredOrdersTests(shared, provider)
{
    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task Each_partner_sees_its_own_orders_and_no_others()
    {
        var own = await Orders.GetAsync("/orders", Orders.Token().Make());
        var others = await Orders.GetAsync("/orders", TokenOf(OrdersSystem.OtherPartner));
        var nobodys = await Orders.GetAsync("/orders", TokenOf("partner-without-orders"));

        Assert.Equal(["ord-1001", "ord-1002", "ord-1003", "ord-1004", "ord-1005", "ord-1006"], own.OrderIds());
        Assert.Equal(["ord-1007", "ord-1008", "ord-1009"], others.OrderIds());
        Assert.Empty(nobodys.OrderIds());
    }

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task A_foreign_order_is_answered_like_one_that_does_not_exist()
    {
        var foreign = await Orders.GetAsync("/orders/ord-1007", Orders.Token().Make());
        var missing = await Orders.GetAsync("/orders/ord-9999", Orders.Token().Make());

        Assert.Equal((404, "order_not_found"), (foreign.Status, foreign.Code));
        Assert.Equal(WithoutTraceId(missing), WithoutTraceId(foreign));
    }

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task A_page_behind_a_foreign_order_is_refused_like_one_behind_an_order_that_does_not_exist()
    {
        var foreign = await Orders.GetAsync("/orders?after=ord-1003", TokenOf(OrdersSystem.OtherPartner));
        var missing = await Orders.GetAsync("/orders?after=ord-9999", TokenOf(OrdersSystem.OtherPartner));

        Assert.Equal((400, "page_invalid"), (foreign.Status, foreign.Code));
        Assert.Equal(WithoutTraceId(missing), WithoutTraceId(foreign));
    }

    [Theory]
    [InlineData("ord-01001")]
    [InlineData("ORD-1001")]
    [InlineData("1001")]
    [InlineData("ord-")]
    [InlineData("ord-1001Z")]
    [InlineData("ord-99999999999999999999999999999999999999999999")]
    [InlineData("ord-1001%20")]
    public async Task An_order_has_one_spelling(string id) =>
        Assert.Equal("order_not_found", (await Orders.GetAsync($"/orders/{id}", Orders.Token().Make())).Code);

    [Theory]
    [InlineData("/orders")]
    [InlineData("/orders/ord-1003")]
    public async Task HEAD_is_answered_as_GET_without_the_body(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        request.Headers.Authorization = new("Bearer", Orders.Token().Make());
        using var answer = await Orders.Api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var read = await Orders.GetAsync(path, Orders.Token().Make());

        Assert.Equal((200, read.ETag), ((int)answer.StatusCode, answer.Headers.ETag?.ToString()));
        Assert.Empty(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_order_is_shown_whole()
    {
        var order = (await Orders.GetAsync("/orders/ord-1003", Orders.Token().Make())).Body!;

        Assert.Equal("ord-1003", (string?)order["id"]);
        Assert.Equal("EUR", (string?)order["currency"]);
        Assert.Equal("2026-03-06T15:35:00+00:00", (string?)order["placedAt"]);
        Assert.Equal("received", (string?)order["status"]);
        var lines = order["lines"]!.AsArray();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.Equal(["sku", "description", "quantity", "unitPrice"], line!.AsObject().Select(member => member.Key)));
        Assert.Equal(lines.Sum(line => (int)line!["quantity"]! * (decimal)line["unitPrice"]!), (decimal)order["total"]!);
    }

    [Fact]
    public async Task Pages_follow_one_another_to_the_end()
    {
        var pages = new List<string[]>();
        for (var next = "/orders?limit=4"; next is not null;)
        {
            var page = await Orders.GetAsync(next, Orders.Token().Make());
            pages.Add([.. page.OrderIds()]);
            next = (string?)page.Body!["next"];
        }

        Assert.Equal([["ord-1001", "ord-1002", "ord-1003", "ord-1004"], ["ord-1005", "ord-1006"]], pages);
    }

    [Fact]
    public async Task A_page_that_ends_with_the_last_order_has_no_next()
    {
        var page = await Orders.GetAsync("/orders?limit=6", Orders.Token().Make());

        Assert.Equal(6, page.OrderIds().Count());
        Assert.Null(page.Body!["next"]);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=-1")]
    [InlineData("limit=")]
    [InlineData("limit=many")]
    [InlineData("limit=1&limit=2")]
    [InlineData("after=1001")]
    [InlineData("after=ord-1001&after=ord-1002")]
    public async Task A_page_out_of_range_is_refused(string query)
    {
        var answer = await Orders.GetAsync($"/orders?{query}", Orders.Token().Make());

        Assert.Equal((400, "page_invalid"), (answer.Status, answer.Code));
    }

    private string TokenOf(string partner)
    {
        var token = Orders.Token();
        token.Claims["client_id"] = partner;
        return token.Make();
    }

    private static string WithoutTraceId(ApiAnswer answer)
    {
        var body = (JsonObject)answer.Body!.DeepClone();
        body.Remove("traceId");
        return body.ToJsonString();
    }
}

public sealed class OrdersTestsOnSqlite(SharedOrders shared) : OrdersTests(shared, DatabaseProvider.Sqlite), IClassFixture<SharedOrders>;

public sealed class OrdersTestsOnPostgreSql(SharedOrders shared) : OrdersTests(shared, DatabaseProvider.PostgreSql), IClassFixture<SharedOrders>;
