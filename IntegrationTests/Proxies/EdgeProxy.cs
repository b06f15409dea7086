using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.IntegrationTests.ProxyTests;

/// <summary>
/// A reverse proxy that ends TLS: each of its addresses stands for the replicas of one service, which get the requests in turn, over plain
/// http and from 127.0.0.9. It extends X-Forwarded-For, as most do, and overwrites X-Forwarded-Proto.
/// </summary>
internal sealed class EdgeProxy : IAsyncDisposable
{
    public const string OwnAddress = "127.0.0.9";

    private readonly ConcurrentDictionary<string, int> _requests = new();
    private readonly Dictionary<int, string[]> _replicas = [];
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = ConnectAsync,
    });

    private readonly WebApplication _app;
    private int _turn;

    private EdgeProxy(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        Certificate = certificate;
        app.Run(ForwardAsync);
    }

    /// <summary>Self-signed, so it is its own root.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>With https, in no order; each is free until it is told its replicas.</summary>
    public IReadOnlyList<string> Addresses => [.. _app.Urls];

    public static async Task<EdgeProxy> StartAsync(int addresses)
    {
        var certificate = Issue();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (var count = 0; count < addresses; count++)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
            }
        });
        var proxy = new EdgeProxy(builder.Build(), certificate);
        await proxy._app.StartAsync();
        return proxy;
    }

    public void Forward(string address, params string[] replicas) => _replicas[new Uri(address).Port] = replicas;

    /// <summary>How many requests the replica got.</summary>
    public int RequestsTo(string replica) => _requests.GetValueOrDefault(replica);

    /// <summary>A client that trusts the proxy's certificate and no other.</summary>
    public HttpClient CreateClient(string address) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { Certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    })
    {
        BaseAddress = new Uri(address),
    };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
        Certificate.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var replicas = _replicas[context.Connection.LocalPort];
        var replica = replicas[Interlocked.Increment(ref _turn) % replicas.Length];
        _requests.AddOrUpdate(replica, 1, (_, count) => count + 1);
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), replica + UriHelper.GetEncodedPathAndQuery(context.Request));
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        context.Request.Headers.Append("X-Forwarded-For", $"{context.Connection.RemoteIpAddress}");
        context.Request.Headers["X-Forwarded-Proto"] = "https";
        foreach (var (name, value) in context.Request.Headers.Where(header => header.Key != "Transfer-Encoding"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var response = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, value) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
        {
            context.Response.Headers[name] = value.ToArray();
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(OwnAddress), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static X509Certificate2 Issue()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
