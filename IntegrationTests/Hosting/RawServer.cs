using System.Net;
using System.Net.Sockets;
using System.Text;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>A server that answers a request with any bytes, sound HTTP or not, and counts what it could send.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private int _requests;
    private int _open;
    private long _bytesSent;

    public RawServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Writes the answer to a request; its first line is given.</summary>
    public Func<string, Connection, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public int Requests => _requests;

    /// <summary>Connections that are still being answered.</summary>
    public int Open => _open;

    /// <summary>What the system took of the answers, its buffers included.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var first = await reader.ReadLineAsync(_stopping.Token) ?? "";
                while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 })
                {
                }

                Interlocked.Increment(ref _requests);
                await Answer(first, new Connection(this, stream));
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The other side closed the connection, or the test is over.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    internal sealed class Connection(RawServer server, NetworkStream stream)
    {
        public async Task SendAsync(ReadOnlyMemory<byte> bytes)
        {
            await stream.WriteAsync(bytes, server._stopping.Token);
            Interlocked.Add(ref server._bytesSent, bytes.Length);
        }

        public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

        /// <summary>The same again and again, until the other side closes the connection or there were so many bytes.</summary>
        public async Task SendRepeatedlyAsync(string text, long bytes = long.MaxValue)
        {
            var piece = Encoding.ASCII.GetBytes(text);
            for (var sent = 0L; sent < bytes; sent += piece.Length)
            {
                await SendAsync(piece);
            }
        }

        /// <summary>Says nothing more, and does not close the connection either, until the other side has.</summary>
        public async Task FallSilentAsync()
        {
            var buffer = new byte[16];
            while (await stream.ReadAsync(buffer, server._stopping.Token) > 0)
            {
            }
        }
    }
}
