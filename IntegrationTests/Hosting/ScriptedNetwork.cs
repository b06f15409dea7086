using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

using B2BAssertions.ServiceDefaults.GuardedConnections;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Names resolve to what the test says, and each try to connect is recorded; only those to loopback are made.</summary>
internal sealed class ScriptedNetwork : INetwork
{
    private readonly SystemNetwork _system = new();
    private readonly ConcurrentQueue<string> _resolved = new();
    private readonly ConcurrentQueue<IPEndPoint> _connected = new();

    /// <summary>The answer for each name; what is not there does not exist.</summary>
    public ConcurrentDictionary<string, IPAddress[]> Names { get; } = new();

    /// <summary>An address that neither answers nor refuses.</summary>
    public IPAddress? Silent { get; set; }

    public IReadOnlyCollection<string> Resolved => _resolved;

    /// <summary>Where connections were tried, successful or not.</summary>
    public IReadOnlyCollection<IPEndPoint> Connected => _connected;

    public void Let(string name, string addresses) => Names[name] = [.. addresses.Split(' ').Select(IPAddress.Parse)];

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        _resolved.Enqueue(host);
        return Names.TryGetValue(host, out var addresses)
            ? Task.FromResult(addresses)
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    public async Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        _connected.Enqueue(endPoint);
        if (endPoint.Address.Equals(Silent))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return IPAddress.IsLoopback(endPoint.Address)
            ? await _system.ConnectAsync(endPoint, cancellationToken)
            : throw new SocketException((int)SocketError.HostUnreachable);
    }
}
