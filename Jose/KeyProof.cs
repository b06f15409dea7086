namespace B2BAssertions.Jose;

/// <summary>
/// The proof of possession that goes with a submitted public key: a JWT signed by the new private key, with iss and sub the partner's
/// client id, aud the registry's public address, iat, exp and jti. Who signs it can only be the holder of the private half.
/// </summary>
public static class KeyProof
{
    /// <summary>The <c>typ</c> header: explicit, so that no other JWT of the partner passes for a proof (RFC 8725 §3.11).</summary>
    public const string Type = "key-proof+jwt";

    /// <summary>Longest time between iat and exp.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromSeconds(60);

    /// <summary>How far a partner's clock may be off.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);
}
