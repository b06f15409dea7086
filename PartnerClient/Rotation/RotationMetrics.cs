using System.Diagnostics.Metrics;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>How old the key is and how far a rotation is.</summary>
internal sealed class RotationMetrics
{
    private readonly Counter<long> _rotations;

    public RotationMetrics(IMeterFactory meters, KeyRing ring, RotationStatus status, TimeProvider time)
    {
        var meter = meters.Create(Instruments.Name);
        _rotations = meter.CreateCounter<long>("b2b.client.rotation.done", "{rotation}", "Rotations that came to their end.");
        meter.CreateObservableGauge("b2b.client.key.age", () => AgeOf(ring, time), "s", "Age of the key that signs.");
        meter.CreateObservableGauge(
            "b2b.client.rotation.phase",
            () => ring.IsOpen ? PhaseOf(ring.State) : [],
            "{phase}",
            "How far the rotation is: 0 for none, then Begun, Generated, Pending, Signing, Retired.");
        meter.CreateObservableGauge(
            "b2b.client.rotation.failing", () => status.Failure is null ? 0 : 1, "{rotation}", "1 while a rotation cannot go on.");
    }

    public void Rotated() => _rotations.Add(1);

    /// <summary>Nothing while it is not known: before the registry has said when the key was registered.</summary>
    private static IEnumerable<Measurement<double>> AgeOf(KeyRing ring, TimeProvider time) =>
        ring.IsOpen && ring.State.Current.CreatedAt is { } createdAt ? [new Measurement<double>((time.GetUtcNow() - createdAt).TotalSeconds)] : [];

    private static IEnumerable<Measurement<int>> PhaseOf(RotationState state) =>
        [new Measurement<int>((int)state.Phase, new KeyValuePair<string, object?>("phase", state.Phase.ToString()))];
}
