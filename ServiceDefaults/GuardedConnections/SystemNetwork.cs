using System.Net;

using B2BAssertions.OutgoingHttp;

namespace B2BAssertions.ServiceDefaults.GuardedConnections;

/// <summary>The resolver and the sockets of this machine.</summary>
public sealed class SystemNetwork : INetwork
{
    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);

    public Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken) =>
        OutgoingHandler.ConnectAsync(endPoint, cancellationToken);
}
