namespace B2BAssertions.AuthorizationServer.Database;

/// <summary>An assertion that got its client an access token, remembered for as long as it could be sent again.</summary>
internal sealed class UsedAssertion
{
    public const int MaxClientIdLength = 100;
    public const int MaxJwtIdLength = 255;

    public required string ClientId { get; init; }

    /// <summary>The <c>jti</c>, compared case-sensitively (RFC 7519 §4.1.7).</summary>
    public required string JwtId { get; init; }

    /// <summary>Seconds since 1970: exp and the clock skew allowed on top of it.</summary>
    public required long AcceptableUntil { get; init; }
}
