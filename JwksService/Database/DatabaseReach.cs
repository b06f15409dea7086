using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.JwksService.Database;

/// <summary>
/// Whether the database answers, as those who ask it find out. While it does not, key sets are served from memory: the service still does
/// what partners need most, so it is Degraded and not Unhealthy.
/// </summary>
internal sealed partial class DatabaseReach(TimeProvider time, ILogger<DatabaseReach> logger) : IHealthCheck
{
    public const string HealthCheckName = "database";

    private readonly Lock _lock = new();
    private DateTimeOffset? _awaySince;

    public void Answered()
    {
        lock (_lock)
        {
            if (_awaySince is { } since)
            {
                _awaySince = null;
                Log.Back(logger, since);
            }
        }
    }

    /// <summary>Says so once for each time that it goes away.</summary>
    public void Failed(Exception exception)
    {
        lock (_lock)
        {
            if (_awaySince is null)
            {
                _awaySince = time.GetUtcNow();
                Log.Away(logger, exception.GetBaseException().Message);
            }
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(_awaySince is { } since
                ? HealthCheckResult.Degraded($"The database has not answered since {since:u}: key sets are served as they were then.")
                : HealthCheckResult.Healthy());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database does not answer: key sets are served as last read, nothing can be changed. {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "The database answers again; it was away since {Since:u}.")]
        public static partial void Back(ILogger logger, DateTimeOffset since);
    }
}
