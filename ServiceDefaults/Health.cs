using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.ServiceDefaults;

/// <summary><c>/alive</c>: the process answers. <c>/health</c>: it can also do its work (each service adds its checks).</summary>
internal static partial class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks(HealthPaths.Health, TellingChanges(app.Logger)).AllowAnonymous();
        app.MapHealthChecks(HealthPaths.Alive, new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
    }

    public static bool IsHealthRequest(HttpRequest request) =>
        request.Path.StartsWithSegments(HealthPaths.Alive) || request.Path.StartsWithSegments(HealthPaths.Health);

    /// <summary>Logs why a service is not healthy once, at the first probe that finds it so, and not at every probe.</summary>
    private static HealthCheckOptions TellingChanges(ILogger logger)
    {
        var told = (int)HealthStatus.Healthy;
        var hasStarted = false;
        var options = new HealthCheckOptions();
        var write = options.ResponseWriter;
        options.ResponseWriter = (context, report) =>
        {
            hasStarted |= report.Status != HealthStatus.Unhealthy;
            if (Interlocked.Exchange(ref told, (int)report.Status) != (int)report.Status)
            {
                Tell(logger, report, hasStarted);
            }

            return write(context, report);
        };
        return options;
    }

    private static void Tell(ILogger logger, HealthReport report, bool hasStarted)
    {
        if (report.Status == HealthStatus.Healthy)
        {
            Log.HealthyAgain(logger);
            return;
        }

        // A part that is degraded logs its own warning, and services that start together find one another within seconds.
        var level = report.Status == HealthStatus.Unhealthy && hasStarted ? LogLevel.Error : LogLevel.Information;
        var reasons = string.Join("; ", report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => $"{entry.Key}: {entry.Value.Description ?? entry.Value.Exception?.GetBaseException().Message ?? "it fails"}"));
        Log.NotHealthy(logger, level, report.Status, reasons);
    }

    private static partial class Log
    {
        [LoggerMessage(Message = "Health is {Status} from now on. {Reasons}")]
        public static partial void NotHealthy(ILogger logger, LogLevel level, HealthStatus status, string reasons);

        [LoggerMessage(LogLevel.Information, "Health is Healthy again.")]
        public static partial void HealthyAgain(ILogger logger);
    }
}
