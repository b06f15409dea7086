using System.Net;
using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.Jose;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.Benchmarks.Refusals;

/// <summary>
/// The real authorization server on real Kestrel with a SQLite file, as it is started in production but for its logs, which nobody reads
/// here; and a JWKS address for its clients A (PS256), B (ES256) and Other (PS256).
/// </summary>
internal sealed class MeasuredServer : IAsyncDisposable
{
    public const string Issuer = "https://issuer.example";

    private readonly WebApplication _jwks;
    private readonly WebApplication _server;
    private readonly DirectoryInfo _data;

    private MeasuredServer(WebApplication jwks, WebApplication server, DirectoryInfo data, AssertionMaker[] makers)
    {
        (_jwks, _server, _data) = (jwks, server, data);
        (A, B, Other) = (makers[0], makers[1], makers[2]);
        Client = new HttpClient { BaseAddress = new Uri(AddressOf(server)) };
    }

    public HttpClient Client { get; }

    public AssertionMaker A { get; }

    public AssertionMaker B { get; }

    public AssertionMaker Other { get; }

    public static async Task<MeasuredServer> StartAsync()
    {
        AssertionMaker[] makers =
        [
            new(RSA.Create(2048), "client-a", Issuer, TimeProvider.System),
            new(ECDsa.Create(ECCurve.NamedCurves.nistP256), "client-b", Issuer, TimeProvider.System),
            new(RSA.Create(2048), "client-other", Issuer, TimeProvider.System),
        ];
        var jwks = await StartJwksAsync(makers);
        var data = Directory.CreateTempSubdirectory("b2bassertions-benchmarks-");
        var server = AuthorizationServer.Program.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(Settings(data.FullName, AddressOf(jwks), makers));
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        });
        await server.StartAsync();
        return new MeasuredServer(jwks, server, data, makers);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        await _jwks.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private static async Task<WebApplication> StartJwksAsync(AssertionMaker[] makers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var jwks = builder.Build();
        jwks.MapGet("/{client:int}", (int client, HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=1200";
            return Results.Text(makers[client].Set(), JwkSet.MediaType);
        });
        await jwks.StartAsync();
        return jwks;
    }

    private static Dictionary<string, string?> Settings(string data, string jwks, AssertionMaker[] makers)
    {
        var settings = new Dictionary<string, string?>
        {
            ["DataDirectory"] = data,
            ["AllowHttp"] = "true",
            ["AuthorizationServer:Issuer"] = Issuer,
            ["AuthorizationServer:Apis:0:Audience"] = "https://orders.example",
            ["AuthorizationServer:Apis:0:Scopes:0"] = "read",

            // A refusal by a limit costs nearly nothing: what is measured here is what an attacker gets below the limit.
            ["AuthorizationServer:RateLimits:RequestsPerMinuteAndAddress"] = "1000000",
            ["AuthorizationServer:RateLimits:RequestsPerMinuteAndClient"] = "1000000",
            ["AuthorizationServer:RateLimits:FailuresPerMinuteAndAddress"] = "1000000",
            ["AuthorizationServer:RateLimits:FailuresPerMinuteAndClient"] = "1000000",
        };
        string[] names = ["client-a", "client-b", "client-other"];
        for (var client = 0; client < names.Length; client++)
        {
            settings[$"AuthorizationServer:Clients:{client}:ClientId"] = names[client];
            settings[$"AuthorizationServer:Clients:{client}:JwksUri"] = $"{jwks}/{client}";
            settings[$"AuthorizationServer:Clients:{client}:AllowedAlgorithms:0"] = makers[client].Key is RSA ? "PS256" : "ES256";
            settings[$"AuthorizationServer:Clients:{client}:Scopes:0"] = "read";
        }

        return settings;
    }

    private static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
}
