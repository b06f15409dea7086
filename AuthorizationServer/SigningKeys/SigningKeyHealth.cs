using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// A replica that cannot open the key whose turn it is must get no requests: its key set lacks that key, and it would sign with one that the
/// others do not publish any more. Any other trouble with keys leaves time to mend it: all replicas have it at once, and none may go for it.
/// </summary>
internal sealed class SigningKeyHealth(SigningKeyRing ring) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check() => ring switch
    {
        { UnreadableSigner: { } signer } => HealthCheckResult.Unhealthy($"The signing key whose turn it is cannot be opened here: {signer.KeyId}."),
        { HasSigner: false } => HealthCheckResult.Unhealthy("No signing key is left to sign with."),
        { Unreadable: { Count: > 0 } kids } => HealthCheckResult.Degraded($"Signing keys that cannot be opened here: {string.Join(", ", kids)}."),
        { RotationFailure: { } reason } => HealthCheckResult.Degraded($"The signing key that is due cannot be made: {reason}."),
        _ => HealthCheckResult.Healthy(),
    };
}
