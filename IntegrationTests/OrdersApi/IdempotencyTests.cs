using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi.Database;
using B2BAssertions.OrdersApi.Orders;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>An order is placed once, however often it is sent.</summary>
public abstract class IdempotencyTests(SharedOrders shared, DatabaseProvider provider) : StoredOrdersTests(shared, provider)
{
    private readonly string _key = OrderSteps.NewKey();

    private string Token => Orders.Writer(Partner).Make();

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_places_nothing()
    {
        var first = await Orders.PlaceAsync(Token, _key);
        var second = await Orders.PlaceAsync(Token, _key);

        AssertSame(first, second);
        Assert.Equal(1, await Orders.CountOrdersAsync(Partner));
    }

    [Fact]
    public async Task It_is_the_first_answer_also_when_the_order_has_changed_since()
    {
        var first = await Orders.PlaceAsync(Token, _key);
        await Orders.CancelAsync((string)first.Body!["id"]!, Token);

        AssertSame(first, await Orders.PlaceAsync(Token, _key));
        Assert.Equal("cancelled", (string?)(await Orders.GetAsync(first.Location!, Token)).Body!["status"]);
    }

    [Fact]
    public async Task The_same_order_written_otherwise_is_the_same_request()
    {
        var first = await Orders.PlaceAsync(Token, _key);
        var order = OrderSteps.NewOrder();
        var lines = order["lines"]!;
        order.Remove("lines");
        var reordered = new JsonObject { ["lines"] = lines, ["currency"] = "EUR" };
        using var request = OrderSteps.PlaceRequest(
            Token, _key.Trim('"'), reordered.ToJsonString(new() { WriteIndented = true }).Replace("184.5", "184.500", StringComparison.Ordinal));

        AssertSame(first, await Orders.SendAsync(request));
        Assert.Equal(1, await Orders.CountOrdersAsync(Partner));
    }

    [Fact]
    public async Task Another_order_under_the_same_key_is_refused()
    {
        await Orders.PlaceAsync(Token, _key);
        var other = OrderSteps.NewOrder();
        other["lines"]![0]!["quantity"] = 3;

        var answer = await Orders.PlaceAsync(Token, _key, other);

        Assert.Equal((422, "idempotency_key_reused"), (answer.Status, answer.Code));
        Assert.Equal(1, await Orders.CountOrdersAsync(Partner));
    }

    [Fact]
    [Trait("Rule", "RS-06")]
    public async Task Another_partners_same_key_is_another()
    {
        var other = $"{Partner}-other";
        var own = await Orders.PlaceAsync(Token, _key);
        var otherOrder = OrderSteps.NewOrder();
        otherOrder["currency"] = "CHF";

        var foreign = await Orders.PlaceAsync(Orders.Writer(other).Make(), _key, otherOrder);

        Assert.Equal(201, foreign.Status);
        Assert.NotEqual(own.Location, foreign.Location);
        Assert.Equal((1, 1), (await Orders.CountOrdersAsync(Partner), await Orders.CountOrdersAsync(other)));
    }

    [Fact]
    public async Task Keys_that_differ_in_case_alone_are_two()
    {
        await Orders.PlaceAsync(Token, "\"key-a\"");

        Assert.Equal(201, (await Orders.PlaceAsync(Token, "\"KEY-A\"")).Status);
        Assert.Equal(2, await Orders.CountOrdersAsync(Partner));
    }

    [Fact]
    public async Task A_refused_order_does_not_use_the_key_up()
    {
        var wrong = OrderSteps.NewOrder();
        wrong["currency"] = "euro";

        Assert.Equal("order_invalid", (await Orders.PlaceAsync(Token, _key, wrong)).Code);
        Assert.Equal(201, (await Orders.PlaceAsync(Token, _key)).Status);
    }

    [Fact]
    public async Task At_the_same_moment_on_two_replicas_one_order_is_placed()
    {
        await using var replica = await Orders.StartReplicaAsync();
        var token = Token;

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number =>
            Orders.PlaceAsync(token, _key, replica: number % 2 == 0 ? replica : null)));

        Assert.All(answers, answer => AssertSame(answers[0], answer));
        Assert.Equal(1, await Orders.CountOrdersAsync(Partner));
    }

    [Fact]
    public async Task Of_different_orders_under_one_key_at_the_same_moment_one_is_placed()
    {
        await using var replica = await Orders.StartReplicaAsync();
        var token = Token;

        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(quantity =>
        {
            var order = OrderSteps.NewOrder();
            order["lines"]![0]!["quantity"] = quantity;
            return Orders.PlaceAsync(token, _key, order, quantity % 2 == 0 ? replica : null);
        }));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(7, answers.Count(answer => answer is { Status: 422, Code: "idempotency_key_reused" }));
        Assert.Equal(1, await Orders.CountOrdersAsync(Partner));
    }

    private static void AssertSame(ApiAnswer first, ApiAnswer answer) =>
        Assert.Equal((201, first.Text, first.Location, first.ETag), (answer.Status, answer.Text, answer.Location, answer.ETag));
}

public sealed class IdempotencyTestsOnSqlite(SharedOrders shared)
    : IdempotencyTests(shared, DatabaseProvider.Sqlite), IClassFixture<SharedOrders>;

public sealed class IdempotencyTestsOnPostgreSql(SharedOrders shared)
    : IdempotencyTests(shared, DatabaseProvider.PostgreSql), IClassFixture<SharedOrders>;

/// <summary>How long a key is kept. These tests move the clock, so each has a system of its own.</summary>
public abstract class IdempotencyLifetimeTests(DatabaseProvider provider)
{
    private const string Partner = "partner-with-a-memory";
    private const string Key = "\"0197\"";

    [Fact]
    public async Task A_key_is_kept_for_24_hours_whether_it_is_swept_or_not()
    {
        await using var orders = await OrdersSystem.StartOnAsync(provider);
        var first = await orders.PlaceAsync(orders.Writer(Partner).Make(), Key);

        // By steps shorter than the sweep's, and the last one: the row is there.
        orders.Time.Advance(IdempotencyKey.Lifetime - TimeSpan.FromMilliseconds(1));
        Assert.Equal(first.Text, (await orders.PlaceAsync(orders.Writer(Partner).Make(), Key)).Text);

        orders.Time.Advance(TimeSpan.FromMilliseconds(1));
        var later = await orders.PlaceAsync(orders.Writer(Partner).Make(), Key);
        Assert.Equal(201, later.Status);
        Assert.NotEqual(first.Location, later.Location);
        Assert.Equal(2, await orders.CountOrdersAsync(Partner));
    }

    [Fact]
    public async Task The_sweep_removes_expired_keys_more_than_a_batch_and_no_others()
    {
        await using var orders = await OrdersSystem.StartOnAsync(provider);
        var placed = await orders.PlaceAsync(orders.Writer(Partner).Make(), Key);
        var id = (string)placed.Body!["id"]!;
        var number = await orders.QueryAsync(database => database.Orders.Where(order => order.Id == id).Select(order => order.Number).SingleAsync());
        await orders.QueryAsync(database =>
        {
            database.IdempotencyKeys.AddRange(Enumerable.Range(0, IdempotencyKeySweep.Batch + 1).Select(index => new IdempotencyKeyRow
            {
                PartnerId = Partner,
                Key = $"expired-{index}",
                RequestHash = [],
                OrderNumber = number,
                ExpiresAt = orders.Time.GetUtcNow(),
            }));
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        orders.Time.Advance(IdempotencyKeySweep.Period);

        var left = await WaitFor.StateAsync("no expired key", async () =>
        {
            var keys = await orders.QueryAsync(database => database.IdempotencyKeys.Select(row => row.Key).ToListAsync(TestContext.Current.CancellationToken));
            return keys.Exists(key => key.StartsWith("expired-", StringComparison.Ordinal)) ? null : keys;
        });
        Assert.Equal([Key.Trim('"')], left);
        Assert.Equal(1, await orders.CountOrdersAsync(Partner));
    }
}

public sealed class IdempotencyLifetimeTestsOnSqlite() : IdempotencyLifetimeTests(DatabaseProvider.Sqlite);

public sealed class IdempotencyLifetimeTestsOnPostgreSql() : IdempotencyLifetimeTests(DatabaseProvider.PostgreSql);
