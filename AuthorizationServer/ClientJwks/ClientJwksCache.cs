using System.Collections.Concurrent;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>One <see cref="CachedJwks"/> for each jwks_uri; there are as many as clients that publish their keys.</summary>
internal sealed class ClientJwksCache(ClientJwksFetcher fetcher, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<(string ClientId, Uri JwksUri), CachedJwks> _entries = new();

    public CachedJwks For(string clientId, Uri jwksUri) =>
        _entries.GetOrAdd((clientId, jwksUri), _ => new CachedJwks(() => fetcher.FetchAsync(clientId, jwksUri), timeProvider));
}
