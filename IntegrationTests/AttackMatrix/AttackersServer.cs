using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>A live server of the attacker's that really serves the attacker's keys: whoever followed an assertion here would believe it.</summary>
internal sealed class AttackersServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _victimsKeyId;
    private int _requests;

    private AttackersServer(WebApplication app, string address, string victimsKeyId)
    {
        _app = app;
        _victimsKeyId = victimsKeyId;
        Address = address;
        Certificate = MakeCertificate();
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            Interlocked.Increment(ref _requests);
            return next(context);
        });
        app.MapGet("/jwks", () => Results.Text(Set().ToJsonString(), JwkSet.MediaType));
        app.MapGet("/certificate", () => Results.Text(Certificate.ExportCertificatePem(), "application/pem-certificate-chain"));
    }

    /// <summary>The one of <see cref="StartAsync"/>, which shows that the server would be there for whoever followed an assertion to it.</summary>
    public const int OwnRequests = 1;

    public string Address { get; }

    public RSA Key { get; } = RSA.Create(2048);

    public X509Certificate2 Certificate { get; }

    /// <summary>Requests so far, to any path.</summary>
    public int Requests => _requests;

    public static async Task<AttackersServer> StartAsync(string victimsKeyId)
    {
        using var address = new ReservedAddress();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(address.ListenWith);
        var server = new AttackersServer(builder.Build(), address.Address, victimsKeyId);
        await server._app.StartAsync();
        using var client = new HttpClient();
        var served = JsonNode.Parse(await client.GetStringAsync($"{server.Address}/jwks"))!["keys"]!.AsArray();
        Assert.Contains(served, key => (string?)key!["kid"] == victimsKeyId);
        Assert.Equal(OwnRequests, server.Requests);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Certificate.Dispose();
        Key.Dispose();
    }

    /// <summary>The attacker's key, under its own kid and under the victim's.</summary>
    private JsonObject Set()
    {
        var own = PublicJwk.FromKey(Key).ToJson();
        own["kid"] = PublicJwk.FromKey(Key).KeyId;
        var borrowed = own.DeepClone();
        borrowed["kid"] = _victimsKeyId;
        return new JsonObject { ["keys"] = new JsonArray(own, borrowed) };
    }

    private X509Certificate2 MakeCertificate()
    {
        var request = new CertificateRequest("CN=client-a", Key, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
