namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>The states of a registered key (KR-06).</summary>
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
