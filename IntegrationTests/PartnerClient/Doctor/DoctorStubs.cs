using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

/// <summary>Servers played by the tests, which know the key of a client's folder, all by one clock that stands still.</summary>
internal sealed class DoctorStubs : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly DoctorFolder _folder = new(KeyFileMaker.Pem);

    public DoctorStubs() => Servers = new StubServers(_time);

    public StubServers Servers { get; }

    public Dictionary<string, string> Settings => new(Servers.Settings)
    {
        ["PartnerClient:KeyPassword"] = KeyFileMaker.Password,
        [SettingNames.AllowHttp] = "true",
    };

    public async ValueTask StartAsync()
    {
        await Servers.StartAsync();
        Enrol();
        Tell(TimeSpan.Zero);
    }

    public Task<Examined> RunAsync(Dictionary<string, string>? settings = null) => Examined.RunAsync(_folder.Path, settings ?? Settings, _time);

    /// <summary>What the metadata say beyond, or instead of, what they have to.</summary>
    public void Describe([StringSyntax(StringSyntaxAttribute.Json)] string members)
    {
        var metadata = JsonSerializer.SerializeToNode(Servers.Issuer.Metadata)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            metadata[name] = value?.DeepClone();
        }

        Servers.Issuer.Instead = request => request.IsGet ? Dated(Results.Json(metadata)) : null;
    }

    /// <summary>An answer with the date of the client's clock.</summary>
    public static IResult Dated(IResult answer) => new WithDate(answer, Now);

    /// <summary>How far the servers' clocks are ahead of the client's.</summary>
    public void Tell(TimeSpan ahead, bool alsoRegistry = true)
    {
        var registry = alsoRegistry ? Now + ahead : Now;
        Servers.Issuer.Instead = request => request.IsGet ? new WithDate(Results.Json(Servers.Issuer.Metadata), Now + ahead) : null;
        Servers.Registry.Instead = request => request.IsGet
            ? new WithDate(Results.Text(new JwkSet(Servers.Registry.Keys).ToJson().ToJsonString(), JwkSet.MediaType), registry)
            : null;
    }

    public void AgeKey(TimeSpan age) => File.SetLastWriteTimeUtc(_folder.KeyFile, (Now - age).UtcDateTime);

    public async ValueTask DisposeAsync()
    {
        await Servers.DisposeAsync();
        _folder.Dispose();
    }

    private void Enrol()
    {
        using var key = RSA.Create();
        key.ImportFromEncryptedPem(KeyFileMaker.Pem, KeyFileMaker.Password);
        Servers.Registry.Publish(PublicJwk.FromKey(key));
    }

    private sealed class WithDate(IResult answer, DateTimeOffset date) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.Date = date.ToString("R", CultureInfo.InvariantCulture);
            return answer.ExecuteAsync(httpContext);
        }
    }
}
