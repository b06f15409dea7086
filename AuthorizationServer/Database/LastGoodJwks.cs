namespace B2BAssertions.AuthorizationServer.Database;

/// <summary>The newest JWK Set that was read from a client's jwks_uri, for the time when it cannot be read (JW-03).</summary>
internal sealed class LastGoodJwks
{
    public required string ClientId { get; init; }

    /// <summary>Where it was read: a client that moved has no last good set yet.</summary>
    public required string JwksUri { get; set; }

    public required string Jwks { get; set; }

    public required DateTimeOffset FetchedAt { get; set; }
}
