using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>
/// Healthy after a flow that reached the orders, and not before the first one has. Degraded, not unhealthy, after one that failed: the client
/// works, a server does not, and a restart would not help.
/// </summary>
internal sealed class FlowHealthCheck(FlowState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Last switch
        {
            null => HealthCheckResult.Unhealthy("Starting: no flow has ended yet."),
            { Failure: { } failure } => HealthCheckResult.Degraded(failure.Code),
            _ => HealthCheckResult.Healthy(),
        });
}
