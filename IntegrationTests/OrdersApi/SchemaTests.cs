using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi;
using B2BAssertions.OrdersApi.Database;
using B2BAssertions.ServiceDefaults;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Migrations and sample orders, by several replicas at once.</summary>
public abstract class SchemaTests(DatabaseProvider provider)
{
    private const int Replicas = 4;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replicas_that_start_at_once_on_an_empty_database_make_one_schema_and_each_sample_order_once()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var issuer = await TestIssuer.StartAsync();
        using var directory = new TemporaryDirectory();
        var services = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => StartOnAsync(directory, database, issuer)));

        foreach (var service in services)
        {
            var maker = new AccessTokenMaker(issuer, service.Address, TimeProvider.System.GetUtcNow());
            using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
            request.Headers.Authorization = new("Bearer", maker.Make());
            using var response = await service.Client.SendAsync(request, Cancellation);

            Assert.Equal(6, (await ApiAnswer.ReadAsync(response)).OrderIds().Count());
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_migrations_make_what_the_model_says()
    {
        await using var orders = await OrdersSystem.StartOnAsync(provider);
        await orders.QueryAsync(async database =>
        {
            Assert.False(database.Database.HasPendingModelChanges(), "Add a migration for each provider: see the contexts' factories.");
            Assert.Equal(database.Database.GetMigrations(), await database.Database.GetAppliedMigrationsAsync(Cancellation));
            return true;
        });
    }

    private static Task<RunningService> StartOnAsync(TemporaryDirectory directory, TestDatabase database, TestIssuer issuer)
    {
        var address = new ReservedAddress();
        var settings = SystemSettings.ForOrdersApi(new SystemAddresses(issuer.Address, "http://127.0.0.1:1", address.Address));
        foreach (var (name, value) in database.Settings)
        {
            settings[name] = value;
        }

        return RunningService.StartAsync(Program.Build, address, directory.Path, settings);
    }
}

public sealed class SchemaTestsOnSqlite() : SchemaTests(DatabaseProvider.Sqlite);

public sealed class SchemaTestsOnPostgreSql() : SchemaTests(DatabaseProvider.PostgreSql);

/// <summary>A SQLite file of the first version, which knew neither versions of orders nor idempotency keys.</summary>
public sealed class SqliteUpgradeTests
{
    private const string FirstMigration = "20261123152112_CreateOrders";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_orders_are_there_as_before_and_can_be_cancelled()
    {
        await using var file = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await MakeFileAsync(file);
        await using var orders = await OrdersSystem.StartAsync(new(file.Settings));

        var order = await orders.GetAsync("/orders/ord-7", orders.Token("an-old-partner").Make());
        Assert.Equal((200, "\"ord-7.1\""), (order.Status, order.ETag));
        Assert.Equal("2025-02-01T08:00:00+00:00", (string?)order.Body!["placedAt"]);
        Assert.Equal(3.75m, (decimal)order.Body["total"]!);
        var token = orders.Writer("an-old-partner").Make();
        Assert.Equal("\"ord-7.2\"", (await orders.CancelAsync("ord-7", token, order.ETag)).ETag);
        var placed = (string)(await orders.PlaceAsync(token, OrderSteps.NewKey())).Body!["id"]!;
        Assert.Equal(["ord-7", placed], (await orders.GetAsync("/orders", orders.Token("an-old-partner").Make())).OrderIds());
        Assert.Equal([placed], (await orders.GetAsync("/orders?after=ord-7", orders.Token("an-old-partner").Make())).OrderIds());
        // Not empty, so no sample orders.
        Assert.Empty((await orders.GetAsync("/orders", orders.Token().Make())).OrderIds());
    }

    private static async Task MakeFileAsync(TestDatabase file)
    {
        await using var database = new SqliteOrdersDbContext(
            new DbContextOptionsBuilder<SqliteOrdersDbContext>().UseSqlite(file.ConnectionString).Options);
        await database.GetService<IMigrator>().MigrateAsync(FirstMigration, Cancellation);
        await using var connection = new SqliteConnection(file.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO Orders (Number, PartnerId, PlacedAt, Status, Currency) VALUES (7, 'an-old-partner', '2025-02-01 08:00:00+00:00', 'Confirmed', 'EUR');
            INSERT INTO OrderLines (OrderNumber, Number, Sku, Description, Quantity, UnitPrice) VALUES (7, 1, 'S', 'D', 3, '1.25');
            """;
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
