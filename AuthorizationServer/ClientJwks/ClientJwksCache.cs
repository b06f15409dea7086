using System.Collections.Concurrent;

using B2BAssertions.AuthorizationServer.Clients;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>One <see cref="CachedJwks"/> for each jwks_uri; there are as many as configured clients.</summary>
internal sealed class ClientJwksCache(ClientJwksFetcher fetcher, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<(string ClientId, Uri JwksUri), CachedJwks> _entries = new();

    public CachedJwks For(RegisteredClient client) =>
        _entries.GetOrAdd((client.ClientId, client.JwksUri), _ => new CachedJwks(() => fetcher.FetchAsync(client), timeProvider));
}
