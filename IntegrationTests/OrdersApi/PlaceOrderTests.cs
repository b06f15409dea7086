using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>A sound order is stored as it was sent, for the partner of the token.</summary>
public abstract class PlaceOrderTests(SharedOrders shared, DatabaseProvider provider) : StoredOrdersTests(shared, provider)
{
    [Fact]
    public async Task An_order_is_answered_with_its_address_and_its_version_and_can_be_read_there()
    {
        var token = Orders.Writer(Partner).Make();

        var placed = await Orders.PlaceAsync(token, OrderSteps.NewKey());
        var read = await Orders.GetAsync(placed.Location!, token);

        Assert.Equal((201, "no-store"), (placed.Status, placed.CacheControl));
        Assert.Equal($"/orders/{placed.Body!["id"]}", placed.Location);
        Assert.Equal((200, placed.Text, placed.ETag), (read.Status, read.Text, read.ETag));
        Assert.NotNull(placed.ETag);
    }

    [Fact]
    public async Task An_order_holds_what_was_sent()
    {
        var placed = (await Orders.PlaceAsync(Orders.Writer(Partner).Make(), OrderSteps.NewKey())).Body!;

        Assert.Equal("received", (string?)placed["status"]);
        Assert.Equal("EUR", (string?)placed["currency"]);
        Assert.Equal(432.50m, (decimal)placed["total"]!);
        Assert.Equal(Orders.Time.GetUtcNow(), placed["placedAt"]!.GetValue<DateTimeOffset>());
        Assert.EndsWith("+00:00", (string?)placed["placedAt"], StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                """
                [{"sku":"PMP-200","description":"Circulation pump 200 W","quantity":2,"unitPrice":184.50},
                 {"sku":"GSK-SET","description":"Gasket set","quantity":10,"unitPrice":6.35}]
                """),
            placed["lines"]));
    }

    [Fact]
    public async Task Numbers_go_on_behind_the_sample_orders()
    {
        var first = OrderSteps.NumberOf(await Orders.PlacedAsync(Partner));
        var second = OrderSteps.NumberOf(await Orders.PlacedAsync(Partner));

        Assert.True(first > 1009, $"{first}");
        Assert.True(second > first, $"{second} after {first}");
    }

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task An_order_is_the_partners_that_placed_it_and_nobody_elses()
    {
        var other = $"{Partner}-other";
        var own = await Orders.PlacedAsync(Partner);
        var foreign = await Orders.PlacedAsync(other);

        Assert.Equal([own], (await Orders.GetAsync("/orders", Orders.Token(Partner).Make())).OrderIds());
        Assert.Equal([foreign], (await Orders.GetAsync("/orders", Orders.Token(other).Make())).OrderIds());
        Assert.Equal("order_not_found", (await Orders.GetAsync($"/orders/{foreign}", Orders.Token(Partner).Make())).Code);
    }

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task A_body_cannot_name_another_partner()
    {
        var order = OrderSteps.NewOrder();
        order["partnerId"] = OrdersSystem.OtherPartner;

        var answer = await Orders.PlaceAsync(Orders.Writer(Partner).Make(), OrderSteps.NewKey(), order);

        Assert.Equal((400, "order_invalid"), (answer.Status, answer.Code));
        Assert.Equal(0, await Orders.CountOrdersAsync(Partner));
    }

    [Fact]
    public async Task The_greatest_order_is_stored_exactly()
    {
        var line = new JsonObject
        {
            ["sku"] = new string('s', 50),
            ["description"] = string.Concat(Enumerable.Repeat("é", 200)),
            ["quantity"] = 100_000,
            ["unitPrice"] = 999_999.99m,
        };
        var order = new JsonObject { ["currency"] = "JPY", ["lines"] = new JsonArray([.. Enumerable.Range(0, 100).Select(_ => line.DeepClone())]) };

        var placed = await Orders.PlaceAsync(Orders.Writer(Partner).Make(), OrderSteps.NewKey(), order);
        var read = await Orders.GetAsync(placed.Location!, Orders.Token(Partner).Make());

        Assert.Equal(201, placed.Status);
        Assert.Equal(placed.Text, read.Text);
        Assert.Equal(9_999_999_900_000.00m, (decimal)read.Body!["total"]!);
        Assert.Equal(100, read.Body["lines"]!.AsArray().Count);
    }

    [Fact]
    public async Task Prices_that_are_one_number_are_stored_as_one()
    {
        var order = OrderSteps.NewOrder().ToJsonString().Replace("184.5", "184.500", StringComparison.Ordinal);
        using var request = OrderSteps.PlaceRequest(Orders.Writer(Partner).Make(), OrderSteps.NewKey(), order);

        var placed = await Orders.SendAsync(request);

        Assert.Equal(201, placed.Status);
        Assert.Contains("\"unitPrice\":184.50,", placed.Text.Replace("}", ",", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}

public sealed class PlaceOrderTestsOnSqlite(SharedOrders shared)
    : PlaceOrderTests(shared, DatabaseProvider.Sqlite), IClassFixture<SharedOrders>;

public sealed class PlaceOrderTestsOnPostgreSql(SharedOrders shared)
    : PlaceOrderTests(shared, DatabaseProvider.PostgreSql), IClassFixture<SharedOrders>;
