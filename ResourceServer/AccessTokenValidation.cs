using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// How JwtBearer validates an access token (RFC 9068 §4, RS-02). The keys come from <see cref="IssuerKeys"/> and not from the configuration
/// manager of IdentityModel, which accepts withdrawn keys as "last known good", answers the first token of a new key with a 401, and
/// keeps time by the system clock.
/// </summary>
internal sealed class AccessTokenValidation(ResourceServerOptions settings, IssuerKeys keys, TimeProvider time)
    : IConfigureNamedOptions<JwtBearerOptions>
{
    /// <summary>How far the clocks of the issuer and this API may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.IncludeErrorDetails = false;
        options.EventsType = typeof(AccessTokenEvents);
        options.TokenValidationParameters = new TokenValidationParameters
        {
            TypeValidator = (type, _, _) => AccessTokenType.IsValid(type, settings) ? type : throw new SecurityTokenInvalidTypeException(),
            ValidAlgorithms = settings.EffectiveAlgorithms,
            RequireSignedTokens = true,
            IssuerSigningKeyResolver = (_, token, kid, _) => FindKeys(token, kid),
            TryAllIssuerSigningKeys = false,
            IssuerValidator = (issuer, _, _) => CheckIssuer(issuer),
            ValidAudience = settings.EffectiveAudience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => CheckLifetime(notBefore, expires),
            ClockSkew = Skew,
        };
    }

    /// <summary>RS-02 (RFC 8725 §3.1): a key serves the one algorithm it was published for.</summary>
    private IEnumerable<SecurityKey> FindKeys(SecurityToken token, string kid) =>
        token is JsonWebToken jwt ? keys.Find(kid, jwt.Alg).Select(key => key.SecurityKey) : [];

    /// <summary>RS-02 (RFC 9068 §4): the issuer must be exactly the one expected.</summary>
    private string CheckIssuer(string issuer) =>
        string.Equals(issuer, settings.Issuer, StringComparison.Ordinal)
            ? issuer
            : throw new SecurityTokenInvalidIssuerException();

    /// <summary>RS-02 (RFC 7519 §4.1.4, §4.1.5). IdentityModel reports a refusal here as an exception, so the reason is one too.</summary>
    private bool CheckLifetime(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires is null)
        {
            throw new SecurityTokenNoExpirationException();
        }

        // The skew is added to our clock, not to the token's times, which may be at the end of what a DateTime holds.
        if (expires <= now - Skew)
        {
            throw new SecurityTokenExpiredException();
        }

        return notBefore is null || notBefore <= now + Skew
            ? true
            : throw new SecurityTokenNotYetValidException();
    }
}
