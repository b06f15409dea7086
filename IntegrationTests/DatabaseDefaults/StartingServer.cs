using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Npgsql;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>Stands before a PostgreSQL server and answers the first connections as a server does that is still starting up.</summary>
internal sealed class StartingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _real;
    private int _refusals;

    public StartingServer(string realConnectionString, int refusals)
    {
        _real = new NpgsqlConnectionStringBuilder(realConnectionString);
        _refusals = refusals;
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(realConnectionString)
        {
            Host = IPAddress.Loopback.ToString(),
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            // The start message comes first then, and its answer may be an error.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ToString();
        _ = AcceptAsync();
    }

    public string ConnectionString { get; }

    public bool HasRefused => Volatile.Read(ref _refusals) < 0;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Interlocked.Decrement(ref _refusals) >= 0 ? RefuseAsync(client) : ForwardAsync(client);
        }
    }

    private static async Task RefuseAsync(TcpClient client)
    {
        using (client)
        {
            _ = await client.GetStream().ReadAsync(new byte[1024]);
            await client.GetStream().WriteAsync(ErrorResponse("SFATAL\0C57P03\0Mthe database system is starting up\0\0"));
        }
    }

    /// <summary>PostgreSQL documentation, "Message Formats": 'E', length with itself, fields that each end with a zero.</summary>
    private static byte[] ErrorResponse(string fields)
    {
        var message = new byte[1 + sizeof(int) + fields.Length];
        message[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 1);
        Encoding.ASCII.GetBytes(fields, message.AsSpan(1 + sizeof(int)));
        return message;
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using (client)
        {
            using var server = new TcpClient();
            await server.ConnectAsync(_real.Host!, _real.Port);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream()),
                server.GetStream().CopyToAsync(client.GetStream()));
        }
    }
}
