using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>An authorization server reduced to what a resource server reads of it: metadata and a JWK Set, on real Kestrel.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lazy<RSA> _rsaKey = new(() => RSA.Create(2048));
    private readonly ConcurrentQueue<string> _acceptEncodings = [];
    private int _metadataRequests;

    private TestIssuer(ReservedAddress address, string path, bool hasRsaKey)
    {
        Address = address.Address + path;
        NamedIssuer = Address;
        JwksUri = Address + "/jwks";
        Published = hasRsaKey ? [PublicJwk.FromKey(EcKey), PublicJwk.FromKey(RsaKey)] : [PublicJwk.FromKey(EcKey)];

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(address.ListenWith);
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            _acceptEncodings.Enqueue(context.Request.Headers.AcceptEncoding.ToString());
            await (Instead?.Invoke(context.Request.Path.Value!)?.ExecuteAsync(context) ?? next(context));
        });
        _app.MapGet("/.well-known/oauth-authorization-server" + path, AnswerMetadata);
        _app.MapGet(path + "/jwks", () => Results.Text(Jwks ?? new JwkSet(Published).ToJson().ToJsonString(), JwkSet.MediaType));
    }

    /// <summary>The issuer identifier.</summary>
    public string Address { get; }

    public ECDsa EcKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public RSA RsaKey => _rsaKey.Value;

    public IReadOnlyList<PublicJwk> Published { get; set; }

    /// <summary>Sent in place of the set.</summary>
    public string? Jwks { get; set; }

    /// <summary>Stands before the metadata.</summary>
    public string MetadataPrefix { get; set; } = "";

    /// <summary>The <c>issuer</c> of the metadata.</summary>
    public string NamedIssuer { get; set; }

    public string JwksUri { get; set; }

    /// <summary>Whether the metadata is answered with an error.</summary>
    public bool IsDown { get; set; }

    /// <summary>What each metadata request waits for before it is answered.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>The answer at a path; null for the usual one.</summary>
    public Func<string, IResult?>? Instead { get; set; }

    public int MetadataRequests => _metadataRequests;

    /// <summary>The header <c>Accept-Encoding</c> of each request.</summary>
    public IReadOnlyCollection<string> AcceptEncodings => _acceptEncodings;

    public JsonObject Metadata => new() { ["issuer"] = NamedIssuer, ["jwks_uri"] = JwksUri };

    /// <param name="hasRsaKey">Making one takes longer than most tests.</param>
    public static async Task<TestIssuer> StartAsync(string path = "", bool hasRsaKey = true)
    {
        var issuer = new TestIssuer(new ReservedAddress(), path, hasRsaKey);
        await issuer._app.StartAsync();
        return issuer;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        EcKey.Dispose();
        if (_rsaKey.IsValueCreated)
        {
            RsaKey.Dispose();
        }
    }

    private async Task<IResult> AnswerMetadata()
    {
        Interlocked.Increment(ref _metadataRequests);
        await Gate;
        return IsDown ? Results.StatusCode(StatusCodes.Status500InternalServerError) : Results.Text(MetadataPrefix + Metadata.ToJsonString(), "application/json");
    }
}
