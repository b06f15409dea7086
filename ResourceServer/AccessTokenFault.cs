using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.ResourceServer;

/// <summary>The check that an access token failed: for the log and the metrics, never for the sender.</summary>
/// <param name="Check">Stable short name of the check.</param>
/// <param name="Expected">What would have passed.</param>
/// <param name="Found">What was there, as far as it may be told.</param>
internal sealed record AccessTokenFault(string Check, string Expected, string? Found)
{
    /// <summary>What was found is taken from the token: IdentityModel leaves it out of its exceptions.</summary>
    public static AccessTokenFault From(Exception exception, JsonWebToken? token, ResourceServerOptions options) => exception switch
    {
        SecurityTokenInvalidIssuerException => new("issuer", options.Issuer, token?.Issuer),
        SecurityTokenInvalidAudienceException => new("audience", options.EffectiveAudience, string.Join(", ", token?.Audiences ?? [])),
        SecurityTokenNoExpirationException => new("expiry", "an exp", null),
        SecurityTokenExpiredException => new("expiry", "an exp in the future", $"{token?.ValidTo:O}"),
        SecurityTokenNotYetValidException => new("not_before", "an nbf in the past", $"{token?.ValidFrom:O}"),
        SecurityTokenInvalidTypeException => new("type", string.Join(" or ", options.EffectiveTypes), token?.Typ),
        SecurityTokenSignatureKeyNotFoundException => new("key", "kid and alg of a key that the issuer publishes", token?.Alg),
        SecurityTokenInvalidSignatureException => new("signature", "a signature by the named key", null),
        _ => new("token", "a JWT access token (RFC 9068)", exception.GetType().Name),
    };
}
