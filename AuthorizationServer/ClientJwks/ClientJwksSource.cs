namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Where one client's keys come from: its jwks_uri, and on bad days the database.</summary>
internal sealed class ClientJwksSource(
    string clientId,
    Uri jwksUri,
    ClientJwksFetcher fetcher,
    LastGoodJwksStore store,
    LastGoodJwksWriter writer)
{
    public Uri JwksUri => jwksUri;

    public Task<FetchedJwks> FetchAsync(CancellationToken cancellationToken) => fetcher.FetchAsync(jwksUri, cancellationToken);

    public Task<HeldJwks?> ReadLastGoodAsync(CancellationToken cancellationToken) => store.ReadAsync(clientId, jwksUri, cancellationToken);

    /// <summary>Has the set stored; waits for nothing.</summary>
    public void Keep(HeldJwks jwks) => writer.Keep(clientId, jwksUri, jwks);

    /// <summary>Has the stored set end, for every replica; waits for nothing.</summary>
    public void End(DateTimeOffset at) => writer.Keep(clientId, jwksUri, HeldJwks.EndedAt(at));
}
