using System.Diagnostics.CodeAnalysis;

using B2BAssertions.Jose;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// What the header of an access token must say before any key is looked for. Nothing in it leads to a key but <c>kid</c>:
/// <c>jku</c>, <c>jwk</c>, <c>x5u</c> and <c>x5c</c> are never read (RFC 8725 §3.10).
/// </summary>
internal static class AccessTokenHeader
{
    /// <summary>More than any access token needs, in characters.</summary>
    public const int MaxTokenLength = 8 * 1024;

    /// <summary>The token unchecked but for its header and form; null when it cannot be read.</summary>
    /// <param name="asSent">Its JSON; null when the fault is one of the header or the form.</param>
    public static JsonWebToken? Read(string token, ResourceServerOptions options, out UnverifiedJwt? asSent, out AccessTokenFault? fault)
    {
        asSent = null;
        if (token.Length > MaxTokenLength)
        {
            fault = new AccessTokenFault("form", $"at most {MaxTokenLength} characters", $"{token.Length} characters");
            return null;
        }

        if (!TryParse(token, out var jwt))
        {
            fault = AccessTokenForm.WhyUnreadable(token);
            return null;
        }

        fault = CheckNotEncrypted(jwt) ?? CheckType(jwt, options) ?? CheckAlgorithm(jwt, options) ?? CheckKeyId(jwt) ?? CheckCritical(jwt)
            ?? AccessTokenForm.Find(token, out asSent);
        return jwt;
    }

    private static bool TryParse(string token, [NotNullWhen(true)] out JsonWebToken? jwt)
    {
        jwt = null;
        try
        {
            jwt = new JsonWebToken(token);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            return false;
        }
    }

    /// <summary>AT-02: our access tokens are signed, never encrypted; a JWE has no signature to check first.</summary>
    private static AccessTokenFault? CheckNotEncrypted(JsonWebToken jwt) =>
        jwt.IsEncrypted ? new AccessTokenFault("form", "a signed JWT", "an encrypted JWT") : null;

    /// <summary>RFC 9068 §4: at+jwt and nothing else, unless the settings say so (RS-10).</summary>
    private static AccessTokenFault? CheckType(JsonWebToken jwt, ResourceServerOptions options) =>
        AccessTokenType.IsValid(jwt.Typ, options) ? null : new AccessTokenFault("type", string.Join(" or ", options.EffectiveTypes), jwt.Typ);

    /// <summary>RS-02 (RFC 8725 §3.1): the algorithms are ours to choose, not the token's.</summary>
    private static AccessTokenFault? CheckAlgorithm(JsonWebToken jwt, ResourceServerOptions options) =>
        options.EffectiveAlgorithms.Contains(jwt.Alg)
            ? null
            : new AccessTokenFault("algorithm", string.Join(" or ", options.EffectiveAlgorithms), jwt.Alg);

    private static AccessTokenFault? CheckKeyId(JsonWebToken jwt) =>
        string.IsNullOrEmpty(jwt.Kid) ? new AccessTokenFault("key", "a kid", null) : null;

    /// <summary>RFC 7515 §4.1.11: an extension that is critical and not understood refuses the token; none is understood here.</summary>
    private static AccessTokenFault? CheckCritical(JsonWebToken jwt) =>
        jwt.TryGetHeaderValue<object>("crit", out _) ? new AccessTokenFault("critical", "no crit", "crit") : null;
}
