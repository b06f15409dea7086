namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>What a signing key is for at a time. No state is stored: it follows from the times of all keys.</summary>
internal enum SigningKeyState
{
    /// <summary>Published, and signs later.</summary>
    Next,

    /// <summary>Published, and signs.</summary>
    Current,

    /// <summary>Signs no more; published until its last token is dead.</summary>
    Retiring,

    /// <summary>Neither published nor used, because its time is over.</summary>
    Retired,

    /// <summary>Neither published nor used, because somebody said so.</summary>
    Withdrawn,
}
