using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Sends from another address than everybody else: on Linux all of 127.0.0.0/8 is this machine's own.</summary>
internal static class LoopbackSender
{
    /// <summary>A client that sends from 127.0.0.<paramref name="number"/>, and from 256 on from the addresses behind.</summary>
    public static HttpClient ClientAt(int number, string address)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Bind(new IPEndPoint(new IPAddress([127, 0, (byte)(number >> 8), (byte)number]), 0));
                    await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri(address) };
    }
}
