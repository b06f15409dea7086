using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>
/// A free loopback port that is already bound, so that an address can stand in settings before its service runs and no other
/// process can take the port in between.
/// </summary>
internal sealed class ReservedAddress : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private bool _handedOver;

    public ReservedAddress()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = $"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}";
    }

    public string Address { get; }

    /// <summary>Hands the bound socket over to Kestrel, which closes it.</summary>
    public void ListenWith(KestrelServerOptions kestrel)
    {
        var sockets = kestrel.ApplicationServices.GetRequiredService<IOptions<SocketTransportOptions>>().Value;
        sockets.CreateBoundListenSocket = _ => _socket;
        kestrel.Listen(_socket.LocalEndPoint!);
        _handedOver = true;
    }

    public void Dispose()
    {
        if (!_handedOver)
        {
            _socket.Dispose();
        }
    }
}
