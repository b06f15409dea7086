using System.Text.Json;

using B2BAssertions.Jose;

using Microsoft.IdentityModel.JsonWebTokens;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// Whether a token is written as the standards say, and no other way. IdentityModel forgives padding and stray bits of base64url, text after
/// the JSON, a member that is there twice, and times as text. Then many texts would be one token, and two readers could read one token
/// differently (RFC 7515 §2, §4, RFC 7519 §2, §4, RFC 8725 §2.4).
/// </summary>
internal static class AccessTokenForm
{
    private const string Check = "form";

    private static readonly string[] TextsOfHeader = ["alg", "kid", "typ", "cty", "x5t", "zip"];

    private static readonly string[] TextsOfClaims = ["iss", "jti", "azp"];

    private static readonly string[] Times = ["exp", "nbf", "iat"];

    /// <summary>The claims of a token that passed <see cref="Find"/>, as they were sent.</summary>
    public static JsonElement ClaimsOf(JsonWebToken token) => UnverifiedJwt.TryParse(token.EncodedToken, out var jwt)
        ? jwt.Claims
        : throw new InvalidOperationException("A token was accepted that is not in the one spelling.");

    public static AccessTokenFault? Find(string token)
    {
        if (!UnverifiedJwt.TryParse(token, out var jwt, out var found))
        {
            return new AccessTokenFault(Check, "a signed JWT in its one spelling, each member once", found);
        }

        return Array.Find(Times, name => jwt.Claims.TryGetProperty(name, out _) && jwt.Claims.GetOptionalNumericDate(name) is null) is { } unsound
            ? new AccessTokenFault(Check, $"{unsound} as a number of seconds since 1970", jwt.Claims.GetProperty(unsound).GetRawText())
            : null;
    }

    /// <summary>Why IdentityModel cannot read a token at all: what is wrong with its form, or a member that is no text where it wants text.</summary>
    public static AccessTokenFault WhyUnreadable(string token)
    {
        if (Find(token) is { } fault)
        {
            return fault;
        }

        var (header, claims) = UnverifiedJwt.TryParse(token, out var jwt) ? (jwt.Header, jwt.Claims) : default;
        return header.HasNonString(TextsOfHeader) is { } member ? NoText(member, header)
            : claims.HasNonString(TextsOfClaims) is { } claim ? NoText(claim, claims)
            : new AccessTokenFault(Check, "a JWT that IdentityModel can read", null);
    }

    private static AccessTokenFault NoText(string name, JsonElement part) =>
        new(Check, $"{name} as a string", part.GetProperty(name).GetRawText());
}
