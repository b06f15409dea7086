using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Answers one request over TLS with "hello"; it sends these certificates and looks for no others.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _answering;

    public TlsServer(X509Certificate2 certificate, params X509Certificate2[] intermediates)
    {
        _listener.Start();
        _answering = AnswerAsync(SslStreamCertificateContext.Create(certificate, [.. intermediates], offline: true));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The name that the client sent (RFC 6066 §3).</summary>
    public string? NameAskedFor { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _answering;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(SslStreamCertificateContext certificates)
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(
                (_, hello, _, _) =>
                {
                    NameAskedFor = hello.ServerName;
                    return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificates });
                },
                state: null,
                _stopping.Token);
            using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
            while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 })
            {
            }

            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray(), _stopping.Token);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or OperationCanceledException)
        {
            // The client does not trust the certificate, or the test is over.
        }
    }
}
