namespace B2BAssertions.ResourceServer;

/// <summary>Whether the issuer's keys can decide on a token.</summary>
internal enum KeyReadiness
{
    /// <summary>They hold the token's key, or they are recent enough to say that the issuer has no such key.</summary>
    Ready,

    /// <summary>The token's key may be newer than the keys, which cannot be read again yet.</summary>
    NotReadYet,

    /// <summary>The issuer cannot be read, and there are no keys that could decide without it.</summary>
    Unavailable,
}
