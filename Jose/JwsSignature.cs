using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.Jose;

/// <summary>
/// The signature of a compact JWS (RFC 7515 §5.2), checked with exactly one key and its one algorithm (RFC 8725 §3.1): jku, x5u, jwk and
/// x5c in the header are not followed (§3.10). Nothing is said about the claims, nor about the size, which the caller bounds before.
/// </summary>
public static class JwsSignature
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>The keys come from outside: a kept provider would let strangers fill the cache, and outlive a key that was withdrawn.</summary>
    private static readonly CryptoProviderFactory NoCache = new() { CacheSignatureProviders = false };

    public static async Task<bool> IsValidAsync(string compact, PublicJwk key) =>
        (await Handler.ValidateTokenAsync(compact, new TokenValidationParameters
        {
            IssuerSigningKeyResolver = (_, _, _, _) => [key.SecurityKey],
            ValidAlgorithms = [key.Algorithm.Name],
            RequireSignedTokens = true,
            CryptoProviderFactory = NoCache,

            // Each use has rules of its own for the claims: strict, by TimeProvider's clock, with a code for each.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireExpirationTime = false,
        })).IsValid;
}
