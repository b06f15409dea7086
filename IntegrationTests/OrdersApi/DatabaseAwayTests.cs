using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi.Orders;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Without its database the API says that it may answer later, and goes on when the database is back.</summary>
public abstract class DatabaseAwayTests(DatabaseProvider provider)
{
    private const string Partner = "partner-without-database";

    [Fact]
    public async Task Requests_are_answered_503_and_the_same_ones_succeed_later()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var orders = await OrdersSystem.StartAsync(new(database.Settings));
        var id = await orders.PlacedAsync(Partner);
        var key = OrderSteps.NewKey();

        await database.TakeAwayAsync();
        orders.Time.Advance(IdempotencyKeySweep.Period);
        await WaitFor.StateAsync("a sweep in vain", () => Loud(orders, "could not be removed").FirstOrDefault());
        var (reader, writer) = (orders.Token(Partner).Make(), orders.Writer(Partner).Make());
        AssertUnavailable(await orders.GetAsync("/orders", reader));
        AssertUnavailable(await orders.GetAsync($"/orders/{id}", reader));
        AssertUnavailable(await orders.PlaceAsync(writer, key));
        AssertUnavailable(await orders.CancelAsync(id, writer));
        Assert.Single(Loud(orders, "The database does not answer"));
        Assert.DoesNotContain(orders.Api.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));

        await database.BringBackAsync();
        Assert.Equal(201, (await orders.PlaceAsync(writer, key)).Status);
        Assert.Equal(2, (await orders.GetAsync("/orders", reader)).OrderIds().Count());
    }

    private static IEnumerable<string> Loud(OrdersSystem orders, string text) => orders.Api.Logs.Lines.Where(line =>
        line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal));

    private static void AssertUnavailable(ApiAnswer answer)
    {
        Assert.Equal((503, "database_unavailable"), (answer.Status, answer.Code));
        Assert.Equal(("application/problem+json", "5"), (answer.MediaType, answer.RetryAfter));
        Assert.Contains("no-store", answer.CacheControl, StringComparison.Ordinal);
    }
}

public sealed class DatabaseAwayTestsOnSqlite() : DatabaseAwayTests(DatabaseProvider.Sqlite);

public sealed class DatabaseAwayTestsOnPostgreSql() : DatabaseAwayTests(DatabaseProvider.PostgreSql);
