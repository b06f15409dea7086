using System.Text.Json;
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

    /// <summary>JSON Schema calls a number without a fraction an integer, however it is written.</summary>
    [Theory]
    [InlineData("2.0")]
    [InlineData("2e0")]
    [InlineData("20.00E-1")]
    public async Task A_quantity_may_be_written_with_decimals_that_are_zero(string quantity)
    {
        var placed = await PlacedWithAsync("quantity", quantity);

        Assert.Equal("2", placed["quantity"]!.ToJsonString());
    }

    /// <summary>Persian with a zero-width non-joiner, an Indic conjunct with a joiner, Hebrew and Arabic with marks of direction, a joined emoji.</summary>
    [Theory]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")]
    [InlineData("\u0915\u094D\u200D\u0937")]
    [InlineData("\u05E9\u05DC\u05D5\u05DD!\u200F (1)\u200E")]
    [InlineData("\u061C\u0633\u0644\u0627\u0645")]
    [InlineData("\U0001F469\u200D\U0001F527")]
    public async Task A_text_may_hold_what_joins_its_letters(string text)
    {
        var placed = await PlacedWithAsync("description", JsonSerializer.Serialize(text));

        Assert.Equal(text, (string?)placed["description"]);
    }

    /// <returns>The first line as the API answers it.</returns>
    private async Task<JsonNode> PlacedWithAsync(string member, string value)
    {
        var order = OrderSteps.NewOrder();
        order["lines"]![0]![member] = JsonNode.Parse(value);
        var answer = await Orders.PlaceAsync(Orders.Writer(Partner).Make(), OrderSteps.NewKey(), order);
        Assert.Equal(201, answer.Status);
        return answer.Body!["lines"]![0]!;
    }

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task Ids_tell_nothing_of_how_many_orders_there_are_and_the_newest_stands_last()
    {
        string[] ids = [await Orders.PlacedAsync(Partner), await Orders.PlacedAsync(Partner), await Orders.PlacedAsync(Partner)];
        var list = await Orders.GetAsync("/orders", Orders.Token(Partner).Make());

        Assert.All(ids, id => Assert.Matches("^ord-[0-9a-hjkmnp-tv-z]{20}$", id));
        Assert.Equal(ids, list.OrderIds());
        // In the first characters, where a running number or a time would repeat itself.
        Assert.Equal(3, ids.Select(id => id[..10]).Distinct().Count());
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
