using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>What the rotation last came to, for health and metrics.</summary>
internal sealed class RotationStatus
{
    private volatile RotationStep _last = RotationStep.Moved;

    public FlowFailure? Failure => _last.Failure;

    /// <summary>What it waits for; null when there is no rotation, or it moves.</summary>
    public string? WaitsFor => _last.WaitsFor;

    public void Set(RotationStep step) => _last = step;
}
