using System.Net;

namespace B2BAssertions.ServiceDefaults.GuardedConnections;

/// <summary>The two steps of a connection, apart, so that something can be checked in between.</summary>
public interface INetwork
{
    /// <summary>All addresses of a host name.</summary>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to this very address.</summary>
    Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken);
}
