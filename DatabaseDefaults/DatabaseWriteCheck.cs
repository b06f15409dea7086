using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>
/// Whether the database takes a write: with a full disk, a file that may only be read or a server that only reads, every question is still
/// answered. Anyone may ask for the health, so one write at most is tried in <see cref="Pause"/>, and its outcome stands until the next.
/// </summary>
internal sealed class DatabaseWriteCheck<TContext>(IServiceScopeFactory scopes, HealthConnection own, TimeProvider time) : IHealthCheck
    where TContext : DbContext
{
    public const string Name = "database-writes";

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>A database that takes longer keeps requests waiting too, and probes would give up on this service.</summary>
    private const int LimitInSeconds = 2;

    private readonly Lock _lock = new();
    private Task<Exception?> _newest = Task.FromResult<Exception?>(null);
    private long? _started;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await NewestAsync().WaitAsync(cancellationToken) is { } exception
            ? new HealthCheckResult(context.Registration.FailureStatus, $"Nothing can be written to the database: {ReasonOf(exception)}")
            : HealthCheckResult.Healthy();

    private static string ReasonOf(Exception exception) => exception is OperationCanceledException
        ? $"it does not answer within {LimitInSeconds} s."
        : exception.GetBaseException().Message;

    private Task<Exception?> NewestAsync()
    {
        lock (_lock)
        {
            if (_newest.IsCompleted && (_started is not { } started || time.GetElapsedTime(started) >= Pause))
            {
                _started = time.GetTimestamp();
                // On its own: SQLite waits for another writer on the thread that asks, and the probe that starts it may be gone before.
                _newest = Task.Run(TryAsync, CancellationToken.None);
            }

            return _newest;
        }
    }

    private async Task<Exception?> TryAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(LimitInSeconds), time);
            await using var scope = scopes.CreateAsyncScope();
            var database = scope.ServiceProvider.GetRequiredService<TContext>().Database;
            database.SetCommandTimeout(LimitInSeconds);
            if (database.IsSqlite())
            {
                // A number in the file's header that SQLite leaves to applications; ours do not use it.
                await database.ExecuteSqlAsync($"PRAGMA user_version = 1", limit.Token);
                return null;
            }

            // A transaction that has an id is logged like one that changed something.
            return await own.AskAsync(
                    database, "SELECT current_setting('transaction_read_only') = 'off' AND pg_current_xact_id() IS NOT NULL", limit.Token) is true
                ? null
                : new InvalidOperationException("the server only reads.");
        }
        catch (Exception exception) when (exception.ComesFromDatabase() || exception is OperationCanceledException)
        {
            return exception;
        }
    }
}
