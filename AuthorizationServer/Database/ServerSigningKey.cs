namespace B2BAssertions.AuthorizationServer.Database;

/// <summary>One of the keys that sign access tokens (AT-04). When it signs and how long it is published follows from the times of it and its successor.</summary>
internal sealed class ServerSigningKey
{
    /// <summary>1 for the first key, one more for each successor.</summary>
    public required int Generation { get; init; }

    /// <summary>Its RFC 7638 thumbprint.</summary>
    public required string KeyId { get; init; }

    public required string Algorithm { get; init; }

    /// <summary>The private key, PKCS#8 under ASP.NET Data Protection.</summary>
    public required string ProtectedKey { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>It signs from now on, until its successor does.</summary>
    public required DateTimeOffset SignsFrom { get; set; }

    /// <summary>It neither signs nor is published since then.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }
}
