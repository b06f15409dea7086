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

/// <summary>One row: when a server last said that it runs on this database. In a restored backup it tells how old that is.</summary>
internal sealed class LastActivity
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    /// <summary>Milliseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>Seconds since 1970: until then assertions may have been used that this database does not know of; 0 for never.</summary>
    public long ForgottenUntil { get; init; }
}
