using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>Degraded while a rotation cannot go on: the present key signs, but somebody should look.</summary>
internal sealed class RotationHealthCheck(RotationStatus status) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(status.Failure is { } failure ? HealthCheckResult.Degraded(failure.Code) : HealthCheckResult.Healthy(status.WaitsFor));
}
