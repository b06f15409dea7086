using System.Text.Json;

using B2BAssertions.Jose;

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

    /// <param name="jwt">The token as it was sent, without a fault of form or with one in its times; else null.</param>
    public static AccessTokenFault? Find(string token, out UnverifiedJwt? jwt)
    {
        if (!UnverifiedJwt.TryParse(token, out jwt, out var found))
        {
            return new AccessTokenFault(Check, "a signed JWT in its one spelling, each member once", found);
        }

        var claims = jwt.Claims;
        return Array.Find(Times, name => claims.TryGetProperty(name, out _) && claims.GetOptionalNumericDate(name) is null) is { } unsound
            ? new AccessTokenFault(Check, $"{unsound} as a number of seconds since 1970", claims.GetProperty(unsound).GetRawText())
            : null;
    }

    /// <summary>Why IdentityModel cannot read a token at all: what is wrong with its form, or a member that is no text where it wants text.</summary>
    public static AccessTokenFault WhyUnreadable(string token)
    {
        if (Find(token, out var jwt) is { } fault)
        {
            return fault;
        }

        var (header, claims) = (jwt!.Header, jwt.Claims);
        return header.HasNonString(TextsOfHeader) is { } member ? NoText(member, header)
            : claims.HasNonString(TextsOfClaims) is { } claim ? NoText(claim, claims)
            : new AccessTokenFault(Check, "a JWT that IdentityModel can read", null);
    }

    private static AccessTokenFault NoText(string name, JsonElement part) =>
        new(Check, $"{name} as a string", part.GetProperty(name).GetRawText());
}
