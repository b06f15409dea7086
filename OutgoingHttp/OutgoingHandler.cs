using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.OutgoingHttp;

/// <summary>What sends requests that carry an assertion or a token, in services, command lines and the applications of partners alike.</summary>
public static class OutgoingHandler
{
    /// <summary>On a request for which a connection was made: it cannot have failed because the server had closed one that was kept alive.</summary>
    public static readonly HttpRequestOptionsKey<bool> HasNewConnection = new("B2BAssertions.OutgoingHttp.HasNewConnection");

    /// <summary>For all addresses of a name together, TLS included.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Connections are renewed so that a changed DNS answer is noticed.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    public static SocketsHttpHandler Create() => Create(Dns.GetHostAddressesAsync, ConnectAsync);

    /// <summary>
    /// Makes a handler that the application chose safe to send an assertion or a token: no redirect, because its receiver is the address that
    /// was configured or discovered, and no proxy for this machine itself, unless the application chose one.
    /// </summary>
    /// <returns>False for a handler of another kind: only the application knows what it does.</returns>
    public static bool TryMakeSafe(HttpMessageHandler? handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler sockets:
                // A handler takes no change once it is in use, so nothing is set anew that is right.
                if (sockets.AllowAutoRedirect)
                {
                    sockets.AllowAutoRedirect = false;
                }

                if (sockets is { UseProxy: true, Proxy: null })
                {
                    sockets.Proxy = DirectToLoopback();
                }

                return true;
            case HttpClientHandler client:
                if (client.AllowAutoRedirect)
                {
                    client.AllowAutoRedirect = false;
                }

                if (client is { UseProxy: true, Proxy: null })
                {
                    client.Proxy = DirectToLoopback();
                }

                return true;
            case DelegatingHandler { InnerHandler: var inner }:
                return TryMakeSafe(inner);
            default:
                return false;
        }
    }

    /// <summary>To this very address.</summary>
    public static async Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <param name="resolve">All addresses of a host name.</param>
    /// <param name="connect">To one of them.</param>
    internal static SocketsHttpHandler Create(
        Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPEndPoint, CancellationToken, Task<Stream>> connect)
    {
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = DirectToLoopback(),
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectCallback = ConnectAnyAsync,
        };

        async ValueTask<Stream> ConnectAnyAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            context.InitialRequestMessage.Options.Set(HasNewConnection, true);
            return await AddressAttempts.ConnectAsync(
                await resolve(context.DnsEndPoint.Host, cancellationToken),
                (address, stop) => connect(new IPEndPoint(address, context.DnsEndPoint.Port), stop),
                TimeProvider.System,
                cancellationToken);
        }
    }

    private static LoopbackIsDirect DirectToLoopback() => new(HttpClient.DefaultProxy);
}
