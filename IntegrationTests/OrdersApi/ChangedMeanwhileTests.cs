using System.Data.Common;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi.Database;

using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>What somebody else does between the moment that a request has looked and the moment that it writes.</summary>
public abstract class ChangedMeanwhileTests(DatabaseProvider provider) : IAsyncLifetime
{
    private const string Partner = "partner-in-a-hurry";

    private readonly Meanwhile _meanwhile = new();
    private OrdersSystem _orders = null!;

    public async ValueTask InitializeAsync() => _orders = await OrdersSystem.StartOnAsync(
        provider,
        services => services
            .ConfigureDbContext<SqliteOrdersDbContext>(options => options.AddInterceptors(_meanwhile))
            .ConfigureDbContext<PostgreSqlOrdersDbContext>(options => options.AddInterceptors(_meanwhile)),
        OrdersSystem.ManyWritesAtOnce);

    public async ValueTask DisposeAsync()
    {
        await _orders.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_shipped_in_between_is_not_cancelled()
    {
        var id = await _orders.PlacedAsync(Partner);
        _meanwhile.BeforeUpdate = () => _orders.MoveAsync(id, OrderStatus.Shipped);

        var answer = await _orders.CancelAsync(id, _orders.Writer(Partner).Make());

        Assert.Equal((409, "order_state"), (answer.Status, answer.Code));
        Assert.Equal("shipped", await StatusAsync(id));
    }

    [Fact]
    public async Task What_was_confirmed_in_between_is_cancelled_in_its_new_version()
    {
        var id = await _orders.PlacedAsync(Partner);
        _meanwhile.BeforeUpdate = () => _orders.MoveAsync(id, OrderStatus.Confirmed);

        var answer = await _orders.CancelAsync(id, _orders.Writer(Partner).Make());

        Assert.Equal((200, $"\"{id}.3\""), (answer.Status, answer.ETag));
        Assert.Equal("cancelled", await StatusAsync(id));
    }

    [Fact]
    public async Task Who_names_a_version_cancels_that_one_and_no_later()
    {
        var id = await _orders.PlacedAsync(Partner);
        var seen = (await _orders.GetAsync($"/orders/{id}", _orders.Token(Partner).Make())).ETag;
        _meanwhile.BeforeUpdate = () => _orders.MoveAsync(id, OrderStatus.Confirmed);

        var answer = await _orders.CancelAsync(id, _orders.Writer(Partner).Make(), seen);

        Assert.Equal((412, "order_changed"), (answer.Status, answer.Code));
        Assert.Equal("confirmed", await StatusAsync(id));
    }

    [Fact]
    public async Task What_was_placed_in_between_under_the_same_key_is_the_answer()
    {
        var token = _orders.Writer(Partner).Make();
        ApiAnswer? winner = null;
        _meanwhile.BeforeTransaction = async () => winner = await _orders.PlaceAsync(token, "\"one\"");

        var answer = await _orders.PlaceAsync(token, "\"one\"");

        Assert.Equal(201, winner!.Status);
        Assert.Equal(winner.Seen(), answer.Seen());
        Assert.Equal(winner.Location, answer.Location);
        Assert.Equal(1, await _orders.CountOrdersAsync(Partner));
    }

    [Fact]
    public async Task What_was_placed_in_between_under_the_same_key_refuses_another_order()
    {
        var token = _orders.Writer(Partner).Make();
        var other = OrderSteps.NewOrder();
        other["currency"] = "USD";
        _meanwhile.BeforeTransaction = () => _orders.PlaceAsync(token, "\"one\"", other);

        var answer = await _orders.PlaceAsync(token, "\"one\"");

        Assert.Equal((422, "idempotency_key_reused"), (answer.Status, answer.Code));
        Assert.Equal(1, await _orders.CountOrdersAsync(Partner));
    }

    private async Task<string?> StatusAsync(string id)
    {
        Assert.Null(_meanwhile.BeforeUpdate);
        return (string?)(await _orders.GetAsync($"/orders/{id}", _orders.Token(Partner).Make())).Body!["status"];
    }

    /// <summary>Does something just before the service's own update of an order, or its own transaction, once.</summary>
    private sealed class Meanwhile : DbCommandInterceptor, IDbTransactionInterceptor
    {
        public Func<Task>? BeforeUpdate { get; set; }

        public Func<Task>? BeforeTransaction { get; set; }

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("UPDATE \"Orders\"", StringComparison.Ordinal) && BeforeUpdate is { } act)
            {
                BeforeUpdate = null;
                await act();
            }

            return result;
        }

        public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
            DbConnection connection,
            TransactionStartingEventData eventData,
            InterceptionResult<DbTransaction> result,
            CancellationToken cancellationToken = default)
        {
            if (BeforeTransaction is { } act)
            {
                BeforeTransaction = null;
                await act();
            }

            return result;
        }
    }
}

public sealed class ChangedMeanwhileTestsOnSqlite() : ChangedMeanwhileTests(DatabaseProvider.Sqlite);

public sealed class ChangedMeanwhileTestsOnPostgreSql() : ChangedMeanwhileTests(DatabaseProvider.PostgreSql);
