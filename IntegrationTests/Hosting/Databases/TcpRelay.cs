using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.IntegrationTests.Hosting.Databases;

/// <summary>A port on loopback that leads to a server. Closed, it refuses connections and ends those there are, as a server does that is gone.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly string _host;
    private readonly int _port;
    private Socket _listener;
    private CancellationTokenSource _closing = new();
    private Task _accepting = Task.CompletedTask;

    public TcpRelay(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener = Bind(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        Open();
    }

    public int Port { get; }

    /// <summary>How long what is sent is under way, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    public void Open()
    {
        _listener.Listen();
        _accepting = AcceptAsync(_listener, _closing.Token);
    }

    /// <summary>The port stays bound: nobody listens on it, and no other process gets it.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _closing.Dispose();
        _closing = new CancellationTokenSource();
        _listener = Bind(Port);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task CopyAsync(Stream from, Stream to, CancellationToken closing)
    {
        var buffer = new byte[64 * 1024];
        int length;
        while ((length = await from.ReadAsync(buffer, closing)) > 0)
        {
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, closing);
            }

            await to.WriteAsync(buffer.AsMemory(0, length), closing);
        }
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync(Socket listener, CancellationToken closing)
    {
        var calls = new List<Task>();
        try
        {
            while (true)
            {
                calls.Add(ForwardAsync(await listener.AcceptAsync(closing), closing));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task ForwardAsync(Socket accepted, CancellationToken closing)
    {
        try
        {
            await using var caller = new NetworkStream(accepted, ownsSocket: true);
            using var called = new TcpClient();
            await called.ConnectAsync(_host, _port, closing);
            var there = CopyAsync(caller, called.GetStream(), closing);
            var back = CopyAsync(called.GetStream(), caller, closing);
            await await Task.WhenAny(there, back);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // One side hung up, or the relay is closed.
        }
    }
}
