using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>One system for the tests of a class. The first of them starts it, so that each is skipped by itself where there is no Docker engine.</summary>
public sealed class SharedOrders : IAsyncDisposable
{
    private Task<OrdersSystem>? _system;

    internal Task<OrdersSystem> GetAsync(DatabaseProvider provider) => _system ??= OrdersSystem.StartOnAsync(provider, settings: OrdersSystem.ManyWritesAtOnce);

    public async ValueTask DisposeAsync()
    {
        if (_system is { IsCompletedSuccessfully: true })
        {
            await (await _system).DisposeAsync();
        }
    }
}

/// <summary>Tests of what is stored: each class runs on both providers, each test has partners of its own where it leaves something behind.</summary>
public abstract class StoredOrdersTests(SharedOrders shared, DatabaseProvider provider) : IAsyncLifetime
{
    internal OrdersSystem Orders { get; private set; } = null!;

    private protected DatabaseProvider Provider => provider;

    private protected string Partner { get; } = $"partner-{Guid.NewGuid():N}";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Orders = await shared.GetAsync(provider);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
