using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>Degraded, not unhealthy, after a flow that failed: the client works, a server does not, and a restart would not help.</summary>
internal sealed class FlowHealthCheck(FlowState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Last?.Failure is { } failure ? HealthCheckResult.Degraded(failure.Code) : HealthCheckResult.Healthy());
}
