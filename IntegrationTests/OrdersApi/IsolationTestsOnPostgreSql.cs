using System.Globalization;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.OrdersApi.Database;
using B2BAssertions.OrdersApi.Orders;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>What one partner does takes nothing from the others but its share, and nothing at all from the health check.</summary>
public sealed class IsolationTestsOnPostgreSql
{
    private const string Partner = "partner-in-a-hurry";
    private const string Other = "partner-beside-it";
    private const int Requests = 40;
    private const int Connections = 3;

    private static readonly Dictionary<string, string> FewConnections = new() { ["Database:MaxConnections"] = $"{Connections}" };

    [Fact]
    public async Task While_one_partners_orders_wait_for_one_another_others_are_served()
    {
        await using var orders = await OrdersSystem.StartOnAsync(DatabaseProvider.PostgreSql, settings: FewConnections);
        await using var scope = orders.Api.Services.CreateAsyncScope();
        var holder = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
        var held = await holder.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await holder.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({Partner}, 0))", TestContext.Current.CancellationToken);

        var placing = Enumerable.Range(0, Requests)
            .Select(_ => orders.PlaceAsync(orders.Writer(Partner).Make(), OrderSteps.NewKey())).ToList();
        await WaitFor.StateAsync("one order waits in the database", async () => await orders.CountLockWaitsAsync() > 0 ? "" : null);

        // Two of the three connections are taken; each of these needs the third.
        Assert.Equal(200, (await orders.GetAsync("/orders", orders.Token(Other).Make())).Status);
        await orders.PlacedAsync(Other);
        Assert.Equal(200, (await orders.GetAsync("/orders", orders.Token(Partner).Make())).Status);
        Assert.Equal(1, await orders.CountLockWaitsAsync());
        Assert.Equal(200, (await orders.GetAsync("/health", token: null)).Status);

        orders.Time.Advance(PartnerLimit.MostPatience);
        await WaitFor.StateAsync("the others gave up", () => placing.Count(answer => answer.IsCompleted) == Requests - 1 ? "" : null);
        await held.RollbackAsync(TestContext.Current.CancellationToken);
        var answers = await Task.WhenAll(placing);
        Assert.Equal(201, Assert.Single(answers, answer => answer.Status != 429).Status);
        Assert.All(answers.Where(answer => answer.Status == 429), answer =>
        {
            Assert.Equal(("too_many_requests", "application/problem+json"), (answer.Code, answer.MediaType));
            Assert.InRange(int.Parse(answer.RetryAfter!, CultureInfo.InvariantCulture), 1, 3);
        });
        Assert.Equal(1, await orders.CountOrdersAsync(Partner));
    }

    [Fact]
    public async Task Health_answers_while_every_connection_of_the_pool_is_in_use()
    {
        await using var orders = await OrdersSystem.StartOnAsync(DatabaseProvider.PostgreSql, settings: FewConnections);
        var scopes = new List<AsyncServiceScope>();
        for (var count = 0; count < Connections; count++)
        {
            scopes.Add(orders.Api.Services.CreateAsyncScope());
            await scopes[^1].ServiceProvider.GetRequiredService<OrdersDbContext>().Database
                .OpenConnectionAsync(TestContext.Current.CancellationToken);
        }

        var read = orders.GetAsync("/orders", orders.Token(Other).Make());
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => orders.GetAsync("/health", token: null))),
            answer => Assert.Equal(200, answer.Status));
        Assert.False(read.IsCompleted);

        foreach (var scope in scopes)
        {
            await scope.DisposeAsync();
        }

        Assert.Equal(200, (await read).Status);
    }
}
