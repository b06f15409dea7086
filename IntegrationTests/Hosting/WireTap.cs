using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>An address in front of a service that keeps every byte on its way there and back.</summary>
internal sealed class WireTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<MemoryStream> _streams = new();
    private readonly Uri _service;
    private readonly Task _accepting;

    /// <param name="service">Where the service listens; it may start later.</param>
    public WireTap(string service)
    {
        _service = new Uri(service);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Each direction of each connection, a byte a character.</summary>
    public IReadOnlyList<string> Seen => [.. _streams.Select(Read)];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private static string Read(MemoryStream stream)
    {
        lock (stream)
        {
            return Encoding.Latin1.GetString(stream.ToArray());
        }
    }

    private async Task AcceptAsync()
    {
        var calls = new List<Task>();
        try
        {
            while (true)
            {
                calls.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task ForwardAsync(TcpClient caller)
    {
        try
        {
            using (caller)
            using (var called = new TcpClient())
            {
                await called.ConnectAsync(_service.Host, _service.Port, _stopping.Token);
                var there = CopyAsync(caller.GetStream(), called.GetStream());
                var back = CopyAsync(called.GetStream(), caller.GetStream());
                await await Task.WhenAny(there, back);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // One side hung up, or the test is over.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var kept = new MemoryStream();
        _streams.Enqueue(kept);
        var buffer = new byte[8192];
        while (await from.ReadAsync(buffer, _stopping.Token) is var count and > 0)
        {
            lock (kept)
            {
                kept.Write(buffer, 0, count);
            }

            await to.WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
        }
    }
}
