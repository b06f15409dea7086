using System.Collections.Concurrent;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>One <see cref="CachedJwks"/> for each client; there are as many as clients that publish their keys.</summary>
internal sealed class ClientJwksCache : IDisposable
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Func<string, Uri, Entry> _create;

    public ClientJwksCache(
        ClientJwksFetcher fetcher,
        LastGoodJwksStore store,
        LastGoodJwksWriter writer,
        ClientJwksMetrics metrics,
        IOptions<AuthorizationServerOptions> options,
        ILogger<ClientJwksReport> logger,
        TimeProvider timeProvider)
    {
        _create = (clientId, jwksUri) =>
        {
            var report = new ClientJwksReport(clientId, jwksUri, logger, timeProvider);
            var source = new ClientJwksSource(clientId, jwksUri, fetcher, store, writer);
            return new Entry(new CachedJwks(source, report, options.Value.ClientJwks.LastGoodFor, timeProvider), report);
        };
        metrics.ObserveLastGood(() => _entries.Values.Count(entry => entry.Report.IsLastGoodInUse));
    }

    /// <summary>A client that moved, by the configuration of another replica, starts anew.</summary>
    public CachedJwks For(string clientId, Uri jwksUri)
    {
        while (true)
        {
            var entry = _entries.GetOrAdd(clientId, _create, jwksUri);
            if (entry.Jwks.JwksUri == jwksUri)
            {
                return entry.Jwks;
            }

            if (_entries.TryRemove(KeyValuePair.Create(clientId, entry)))
            {
                entry.Jwks.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Jwks.Dispose();
        }
    }

    private sealed record Entry(CachedJwks Jwks, ClientJwksReport Report);
}
