using System.Text;
using System.Text.Json;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.Jose;

/// <summary>
/// The signature of a compact JWS (RFC 7515 §5.2), checked with exactly one key and its one algorithm (RFC 8725 §3.1): jku, x5u, jwk and
/// x5c in the header are not followed (§3.10). Nothing is said about the claims, nor about the size, which the caller bounds before.
/// </summary>
/// <remarks>
/// Over the bytes as they came. A handler of JWTs would also read the claims by its own rules, and call a signature wrong where a claim that
/// nobody asks for has a type it does not expect (RFC 7519 §4: such claims are ignored).
/// </remarks>
public static class JwsSignature
{
    /// <summary>The keys come from outside: a kept provider would let strangers fill the cache, and outlive a key that was withdrawn.</summary>
    private static readonly CryptoProviderFactory NoCache = new() { CacheSignatureProviders = false };

    public static bool IsValid(string compact, PublicJwk key) => UnverifiedJwt.TryParse(compact, out var jwt) && IsValid(compact, jwt.Header, key);

    /// <param name="compact">What <see cref="UnverifiedJwt"/> took apart.</param>
    /// <param name="header">Its header.</param>
    public static bool IsValid(string compact, JsonElement header, PublicJwk key)
    {
        if (header.GetOptionalString("alg") != key.Algorithm.Name)
        {
            return false;
        }

        var end = compact.LastIndexOf('.');
        using var provider = NoCache.CreateForVerifying(key.SecurityKey, key.Algorithm.Name);
        return StrictBase64Url.TryDecode(compact[(end + 1)..], out var signature)
            && provider.Verify(Encoding.ASCII.GetBytes(compact[..end]), signature);
    }
}
