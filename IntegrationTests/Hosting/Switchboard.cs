using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>One address for a service that is stopped and started again on another port; while nobody is connected, it hangs up.</summary>
internal sealed class Switchboard : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile Uri? _service;

    public Switchboard()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Connect(RunningService service) => _service = new Uri(service.Address);

    public void Disconnect() => _service = null;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
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
        using (caller)
        {
            if (_service is not { } service)
            {
                return;
            }

            using var called = new TcpClient();
            try
            {
                await called.ConnectAsync(service.Host, service.Port, _stopping.Token);
                var there = caller.GetStream().CopyToAsync(called.GetStream(), _stopping.Token);
                var back = called.GetStream().CopyToAsync(caller.GetStream(), _stopping.Token);
                await await Task.WhenAny(there, back);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One side hung up, or the test is over.
            }
        }
    }
}
