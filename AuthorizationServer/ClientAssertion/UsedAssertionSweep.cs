using B2BAssertions.DatabaseDefaults;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>Keeps the table of used assertions from growing for ever. Correctness does not depend on it.</summary>
internal sealed partial class UsedAssertionSweep(
    IServiceScopeFactory scopes,
    TimeProvider timeProvider,
    ILogger<UsedAssertionSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, timeProvider);
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

    /// <summary>In batches, so that no token request waits long for the table.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<UsedAssertionStore>();
        while (await store.ForgetExpiredAsync(cancellationToken) == UsedAssertionStore.SweepBatch)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Expired assertion identifiers could not be removed; the next sweep tries again.")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
