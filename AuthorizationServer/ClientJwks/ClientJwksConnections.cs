using System.Diagnostics;

using B2BAssertions.Jose;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.ServiceDefaults;
using B2BAssertions.ServiceDefaults.GuardedConnections;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>
/// Connections to clients' servers (JW-04). Each fetch has one of its own, closed with it: fetches are minutes apart, the guard sees every
/// connection, and no client waits for one that another client's server holds up, even where both have one host (JW-07).
/// </summary>
internal sealed class ClientJwksConnections(
    INetwork network,
    IOptions<AuthorizationServerOptions> options,
    IConfiguration configuration,
    IHostEnvironment environment,
    TimeProvider timeProvider)
{
    private readonly PermittedDestinations _permitted =
        ClientJwksServices.PermittedDestinations(options.Value.ClientJwks, configuration, environment);

    /// <summary>For one fetch, which sets its own time limit.</summary>
    public HttpClient CreateClient(Uri jwksUri)
    {
        var handler = new ConnectionGuard(network, _permitted, timeProvider).CreateHandler();
        if (_permitted.IsHost(jwksUri.IdnHost))
        {
            // The operator's own hosts, such as the registry's, are part of one trace with this server; a partner's is not told of it.
            handler.ActivityHeadersPropagator = DistributedContextPropagator.Current;
        }

        handler.PooledConnectionLifetime = TimeSpan.Zero;
        handler.ConnectCallback = Once(handler.ConnectCallback!);
        var http = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        RequestHeaders.ApplyTo(http, ServiceHttpClients.UserAgentIn(configuration, ServiceNames.AuthorizationServer));
        http.DefaultRequestHeaders.Accept.ParseAdd($"{JwkSet.MediaType}, application/json");
        return http;
    }

    /// <summary>Where a server closes the connection without a word, the handler would send the request four times.</summary>
    private static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Once(
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect)
    {
        var connections = 0;
        return (context, cancellationToken) => Interlocked.Increment(ref connections) == 1
            ? connect(context, cancellationToken)
            : throw new IOException("the connection was closed without an answer");
    }
}
