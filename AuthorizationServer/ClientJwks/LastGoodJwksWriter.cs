using System.Threading.Channels;

using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.DatabaseDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>
/// Stores what fetches bring, in their order and in no request's way. Of one client only the newest change waits, so that a database that is
/// away costs no memory; a change that failed comes again with the next fetch.
/// </summary>
internal sealed partial class LastGoodJwksWriter(
    LastGoodJwksStore store,
    IOptions<AuthorizationServerOptions> options,
    ILogger<LastGoodJwksWriter> logger) : BackgroundService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Change> _waiting = new(StringComparer.Ordinal);
    private readonly Channel<string> _clientIds = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });

    public void Keep(string clientId, Uri jwksUri, HeldJwks jwks)
    {
        if (options.Value.ClientJwks.LastGoodFor > TimeSpan.Zero)
        {
            Enqueue(new Change(clientId, jwksUri, jwks));
        }
    }

    /// <summary>What belongs to no client of the configuration, or must not be used any more, goes at the start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        string[] kept = settings.ClientJwks.LastGoodFor == TimeSpan.Zero
            ? []
            : [.. settings.Clients.Where(client => client.Keys is ClientKeys.Published).Select(client => client.ClientId)];
        await store.RemoveAllButAsync(kept, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Stores what still waits; the host's limit for stopping is the limit.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _clientIds.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var clientId in _clientIds.Reader.ReadAllAsync(CancellationToken.None))
        {
            var change = Take(clientId);
            try
            {
                await ApplyAsync(change);
            }
            catch (Exception exception)
            {
                // Of whatever kind it is: one that escaped would end the whole service. A database that is away is no error of this one.
                Log.NotStored(logger, exception.IsDatabaseFailure() ? LogLevel.Warning : LogLevel.Error, clientId, exception);
            }
        }
    }

    private void Enqueue(Change change)
    {
        lock (_lock)
        {
            var isAlone = !_waiting.ContainsKey(change.ClientId);
            _waiting[change.ClientId] = change;
            if (isAlone)
            {
                _clientIds.Writer.TryWrite(change.ClientId);
            }
        }
    }

    private Change Take(string clientId)
    {
        lock (_lock)
        {
            _waiting.Remove(clientId, out var change);
            return change!;
        }
    }

    private Task ApplyAsync(Change change) => change.Jwks.IsEnd
        ? store.EndAsync(change.ClientId, change.JwksUri, change.Jwks.FetchedAt, CancellationToken.None)
        : store.WriteAsync(
            change.ClientId, change.JwksUri, change.Jwks.Keys.ToJson().ToJsonString(), change.Jwks.FetchedAt, CancellationToken.None);

    private sealed record Change(string ClientId, Uri JwksUri, HeldJwks Jwks);

    private static partial class Log
    {
        [LoggerMessage("The last good JWK Set of client {ClientId} cannot be stored in the database; the next fetch tries again.")]
        public static partial void NotStored(ILogger logger, LogLevel level, string clientId, Exception exception);
    }
}
