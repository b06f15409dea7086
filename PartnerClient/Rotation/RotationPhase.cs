namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>
/// How far a rotation is (PC-06). Each phase is on disk before anything is done in it, so a process that is killed goes on where it was.
/// </summary>
internal enum RotationPhase
{
    /// <summary>No rotation is under way.</summary>
    None,

    /// <summary>One has begun: the next key is to be made.</summary>
    Begun,

    /// <summary>The next key is on disk: it is to be registered.</summary>
    Generated,

    /// <summary>The registry publishes the next key: every reader of the key set is to have it.</summary>
    Pending,

    /// <summary>The new key signs: the former one is to be retired at the registry.</summary>
    Signing,

    /// <summary>The registry lets the former key go: it is to be archived here.</summary>
    Retired,
}
