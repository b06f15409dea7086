using B2BAssertions.DatabaseDefaults;
using B2BAssertions.OrdersApi.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>Keeps the table of keys from growing for ever. Correctness does not depend on it: an expired key counts as none.</summary>
internal sealed partial class IdempotencyKeySweep(
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<IdempotencyKeySweep> logger) : BackgroundService
{
    /// <summary>Rows that one statement removes, so that no order waits long for the table.</summary>
    internal const int Batch = 500;

    internal static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (exception.ComesFromDatabase())
            {
                Log.SweepFailed(logger, exception);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
        var now = time.GetUtcNow();
        int removed;
        do
        {
            removed = await database.IdempotencyKeys
                .Where(row => row.ExpiresAt <= now)
                .OrderBy(row => row.ExpiresAt)
                .Take(Batch)
                .ExecuteDeleteAsync(cancellationToken);
        }
        while (removed == Batch);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Expired idempotency keys could not be removed; the next sweep tries again.")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
