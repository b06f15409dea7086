namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>
/// pending: published, not yet to be used; active: published and in use; retiring: still published, until retiresAt; retired: no longer
/// published; revoked: no longer published, and never to be trusted again. Pending and retiring keys go on when their time comes.
/// </summary>
/// <remarks>KR-06. None is stored: a key's state follows from its times, so it changes by time alone.</remarks>
internal enum KeyState
{
    /// <summary>Published, not yet to be used.</summary>
    Pending,

    /// <summary>Published and in use.</summary>
    Active,

    /// <summary>Still published, until <see cref="PartnerKey.RetiresAt"/>.</summary>
    Retiring,

    /// <summary>No longer published.</summary>
    Retired,

    /// <summary>No longer published, and never to be trusted again.</summary>
    Revoked,
}
