using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace B2BAssertions.ServiceDefaults.GuardedConnections;

/// <summary>
/// Makes connections to addresses that somebody else may choose, and none to this machine, its network or its cloud (server-side request
/// forgery). What a name resolves to is checked when the connection is made, and the connection goes to what was checked: a second look-up
/// could answer otherwise (DNS rebinding). The name that TLS checks stays the host's.
/// </summary>
public sealed class ConnectionGuard(INetwork network, PermittedDestinations permitted, TimeProvider timeProvider)
{
    /// <summary>For one of several addresses, so that a dead one leaves time for the next.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(1);

    private const int MaxAttempts = 4;
    private const int MaxHeaderKibibytes = 16;

    /// <summary>
    /// A handler that connects through this guard. A proxy would connect in its stead and a redirect would lead elsewhere, so there is neither;
    /// a body is not unpacked, because a small one may unpack to gigabytes, and what is left of it is not read when it is given up. Nor is a
    /// stranger's server told of our traces and their baggage.
    /// </summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = (context, cancellationToken) =>
            ConnectAsync(context.InitialRequestMessage.RequestUri!, context.DnsEndPoint, cancellationToken),
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MaxHeaderKibibytes,
        MaxResponseDrainSize = 0,
        ActivityHeadersPropagator = null,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = AskNobodyElse() },
    };

    /// <summary>
    /// A server's certificate names addresses where its issuer's certificate and its revocation could be read (RFC 5280 §4.2.2.1, §4.2.1.13).
    /// By default the first is asked over http, past this guard, before anything is trusted. Everything else is as by default: the system's
    /// roots, the intermediates that the server sends (RFC 8446 §4.4.2: it has to), and the name.
    /// </summary>
    private static X509ChainPolicy AskNobodyElse() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        TrustMode = X509ChainTrustMode.System,
    };

    private async ValueTask<Stream> ConnectAsync(Uri address, DnsEndPoint destination, CancellationToken cancellationToken)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !permitted.IsHttp(address))
        {
            throw new ForbiddenDestinationException($"{destination.Host} may be asked over https only");
        }

        var addresses = await ResolveAsync(destination.Host, cancellationToken);
        return await ConnectAsync(addresses, destination.Port, cancellationToken);
    }

    /// <summary>
    /// One address that may not be connected to refuses the name as a whole: a public server has none, so either its DNS records are
    /// wrong or somebody tries whether this service falls over to the other address.
    /// </summary>
    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return permitted.IsHost(host) || permitted.WhyNot(literal) is not { } use
                ? [literal]
                : throw new ForbiddenDestinationException($"{host} may not be connected to ({use})");
        }

        var addresses = await network.ResolveAsync(host, cancellationToken);
        if (!permitted.IsHost(host))
        {
            foreach (var address in addresses)
            {
                if (permitted.WhyNot(address) is { } use)
                {
                    throw new ForbiddenDestinationException($"{host} resolves to {address}, which may not be connected to ({use})");
                }
            }
        }

        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var last = Math.Min(addresses.Length, MaxAttempts) - 1;
        for (var attempt = 0; attempt < last; attempt++)
        {
            using var limit = new CancellationTokenSource(AttemptTimeout, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                return await network.ConnectAsync(new IPEndPoint(addresses[attempt], port), either.Token);
            }
            catch (SocketException)
            {
                // The next address may answer.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The same.
            }
        }

        return await network.ConnectAsync(new IPEndPoint(addresses[last], port), cancellationToken);
    }
}
