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

    public int MetadataRequests => _metadataRequests;

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
        var metadata = new JsonObject { ["issuer"] = NamedIssuer, ["jwks_uri"] = JwksUri };
        return IsDown ? Results.StatusCode(StatusCodes.Status500InternalServerError) : Results.Text(MetadataPrefix + metadata.ToJsonString(), "application/json");
    }
}
