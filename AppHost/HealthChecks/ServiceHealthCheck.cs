using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.AppHost.HealthChecks;

/// <summary>
/// What a service says of itself at <c>/health</c>. Aspire's own check of an HTTP endpoint takes any 200 for healthy, and a degraded service
/// answers 200 too: it works, and to restart it would not help.
/// </summary>
/// <param name="address">The address of <c>/health</c>; null while the service has none yet.</param>
internal sealed class ServiceHealthCheck(HttpClient http, Func<Uri?> address, TimeProvider time) : IHealthCheck
{
    /// <summary>
    /// How long one check watches a service that starts. Aspire waits 1, 2, 3, 4 and then 5 s between checks, so without this it would
    /// notice seconds late that a service is ready.
    /// </summary>
    private static readonly TimeSpan StartWatch = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    private bool _hasStarted;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var result = await AskAsync(cancellationToken);
            _hasStarted |= result.Status != HealthStatus.Unhealthy;
            if (_hasStarted || time.GetElapsedTime(start) >= StartWatch)
            {
                return result;
            }

            await Task.Delay(Step, time, cancellationToken);
        }
    }

    private async Task<HealthCheckResult> AskAsync(CancellationToken cancellationToken)
    {
        if (address() is not { } health)
        {
            return HealthCheckResult.Unhealthy("It has no address yet.");
        }

        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await http.GetAsync(health, either.Token);
            var body = await response.Content.ReadAsStringAsync(either.Token);
            return Enum.TryParse<HealthStatus>(body, out var status)
                ? new HealthCheckResult(status, status == HealthStatus.Healthy ? null : "The log of this resource has the reason.")
                : HealthCheckResult.Unhealthy($"{health} answered {(int)response.StatusCode} without a health state.");
        }
        catch (HttpRequestException exception)
        {
            return HealthCheckResult.Unhealthy($"{health} does not answer: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"{health} has not answered within {TimeLimit.TotalSeconds:0} s.");
        }
    }
}
