using System.Data.Common;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.OrdersApi.Database;

using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>
/// A partner that reads on from the last order it has seen misses none, though PostgreSQL draws the numbers of orders before they can be seen.
/// </summary>
public sealed class PollingTestsOnPostgreSql : IAsyncLifetime
{
    private const string Partner = "partner-that-polls";

    private readonly HeldCommit _held = new();
    private OrdersSystem _orders = null!;

    public async ValueTask InitializeAsync() => _orders = await OrdersSystem.StartOnAsync(
        DatabaseProvider.PostgreSql,
        services => services.ConfigureDbContext<PostgreSqlOrdersDbContext>(options => options.AddInterceptors(_held)),
        OrdersSystem.ManyWritesAtOnce);

    public ValueTask DisposeAsync() => _orders.DisposeAsync();

    [Fact]
    public async Task An_order_that_is_stored_slowly_is_not_passed_by_a_later_one()
    {
        _held.IsNextHeld = true;
        var slow = PlaceAsync();
        await _held.Reached;
        var later = PlaceAsync();
        await WaitFor.StateAsync("the later order is stored, or waits", async () => later.IsCompleted || await _orders.CountLockWaitsAsync() > 0 ? "" : null);

        var poll = new Poll(_orders);
        await poll.ToTheEndAsync();
        Assert.Equal(201, (await _orders.PlaceAsync(_orders.Writer("another-partner").Make(), OrderSteps.NewKey())).Status);
        _held.Release();
        string[] placed = [await slow, await later];
        await poll.ToTheEndAsync();

        Assert.Equal(placed, poll.Seen);
    }

    [Fact]
    public async Task Orders_placed_at_once_are_each_found_once_by_who_polls_meanwhile()
    {
        var poll = new Poll(_orders);
        var placing = Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            var ids = new List<string>();
            for (var count = 0; count < 8; count++)
            {
                ids.Add(await PlaceAsync());
            }

            return ids;
        })));
        do
        {
            await poll.ToTheEndAsync();
        }
        while (!placing.IsCompleted);
        await poll.ToTheEndAsync();

        var placed = await placing;
        Assert.Equal(placed.SelectMany(ids => ids).Order(), poll.Seen.Order());
        Assert.Equal(48, poll.Seen.Count);
        // Each sender's orders come in the order in which it sent them.
        Assert.All(placed, ids => Assert.Equal(ids, poll.Seen.Where(ids.Contains)));
    }

    private Task<string> PlaceAsync() => _orders.PlacedAsync(Partner);

    /// <summary>Reads page after page, and later on from the last order that it has seen.</summary>
    private sealed class Poll(OrdersSystem orders)
    {
        public List<string> Seen { get; } = [];

        public async Task ToTheEndAsync()
        {
            var next = Seen.Count == 0 ? "/orders?limit=3" : $"/orders?limit=3&after={Seen[^1]}";
            while (next is not null)
            {
                var page = await orders.GetAsync(next, orders.Token(Partner).Make());
                Assert.Equal(200, page.Status);
                Seen.AddRange(page.OrderIds());
                next = (string?)page.Body!["next"];
            }
        }
    }

    /// <summary>Holds one transaction that has done everything but commit.</summary>
    private sealed class HeldCommit : DbTransactionInterceptor
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsNextHeld { get; set; }

        public Task Reached => _reached.Task;

        public void Release() => _released.SetResult();

        public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction,
            TransactionEventData eventData,
            InterceptionResult result,
            CancellationToken cancellationToken = default)
        {
            if (IsNextHeld)
            {
                IsNextHeld = false;
                _reached.SetResult();
                await _released.Task.WaitAsync(cancellationToken);
            }

            return result;
        }
    }
}
