using Microsoft.IdentityModel.JsonWebTokens;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// RS-10: where the type does not tell an access token from the other JWTs of an issuer (RFC 8725 §2.8, §3.12), the claims have to. The
/// audience is the first that does, and is checked for every token: an ID token's is its client, an assertion's the authorization server.
/// These are for the issuer that gives a client and an API one name.
/// </summary>
internal static class UntypedAccessToken
{
    /// <summary>Every access token that this API can use has one (RS-05); an ID token, an assertion or a logout token has none.</summary>
    private const string Scope = TokenClient.Scope;

    /// <summary>Curity's word for what a token is for.</summary>
    private const string Purpose = "purpose";
    private const string AccessTokenPurpose = "access_token";

    /// <summary>
    /// Claims of ID tokens (OpenID Connect Core §2, §3.1.3.6, §3.3.2.11; FAPI's <c>s_hash</c>), of security events such as a logout token
    /// (RFC 8417 §2.2), and of authorization responses (JARM §4.1). No access token has any of them.
    /// </summary>
    private static readonly string[] ClaimsOfOthers = ["nonce", "at_hash", "c_hash", "s_hash", "events", "code"];

    /// <returns>What shows that this is no access token; null when nothing does.</returns>
    public static AccessTokenFault? Check(JsonWebToken jwt)
    {
        if (AccessTokenType.NamesAccessToken(jwt.Typ))
        {
            return null;
        }

        if (Array.Find(ClaimsOfOthers, claim => jwt.TryGetPayloadValue<object>(claim, out _)) is { } foreign)
        {
            return Fault("no claim of another kind of token", foreign);
        }

        if (jwt.TryGetPayloadValue<object>(Purpose, out var purpose) && purpose as string != AccessTokenPurpose)
        {
            return Fault($"the {Purpose} {AccessTokenPurpose}", purpose as string);
        }

        return jwt.TryGetPayloadValue<object>(Scope, out _) ? null : Fault($"a {Scope}", null);
    }

    private static AccessTokenFault Fault(string expected, string? found) => new("kind", expected, found);
}
