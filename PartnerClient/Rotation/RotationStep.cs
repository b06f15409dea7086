using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>What one look at the rotation came to: it moved, it waits for something, or it failed for now.</summary>
/// <param name="WaitsFor">One sentence for people; null when it moved or there is no rotation.</param>
/// <param name="Wait">How long until it is worth another look; null after a failure, where the back-off says.</param>
internal sealed record RotationStep(string? WaitsFor, TimeSpan? Wait, FlowFailure? Failure)
{
    public static RotationStep Moved { get; } = new(null, TimeSpan.Zero, null);

    public static RotationStep Failed(FlowFailure failure) => new(null, null, failure);

    public static RotationStep Waiting(string what, TimeSpan wait) => new(what, wait, null);

    /// <summary>Nothing is to be rotated.</summary>
    public static RotationStep Resting(TimeSpan wait) => new(null, wait, null);
}
