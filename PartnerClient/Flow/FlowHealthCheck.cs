using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>
/// Healthy after a flow that reached the orders. Degraded before the first, and after one that failed: the client works, and a restart would
/// not help, so it is not unhealthy.
/// </summary>
internal sealed class FlowHealthCheck(FlowState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Last switch
        {
            null => HealthCheckResult.Degraded("starting, no flow has ended yet"),
            { Failure: { } failure } => HealthCheckResult.Degraded(failure.Code),
            _ => HealthCheckResult.Healthy(),
        });
}
