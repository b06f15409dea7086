using B2BAssertions.KeyFiles;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>Where the state of the rotation outlives the process.</summary>
internal interface IRotationStateStore
{
    /// <summary>The newest state; null before the first rotation.</summary>
    /// <exception cref="StartupException">There is one that cannot be read.</exception>
    RotationState? Read();

    /// <summary>Keeps the state for good: a crash leaves the old one or this one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    void Write(RotationState state);
}
