using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

/// <summary>
/// The real authorization server, registry and API, with one key of the partner's enrolled. Two more partners have keys at the registry:
/// one whom the authorization server does not know, and one that has begun to change its key.
/// </summary>
public sealed class DoctorSystem : IAsyncLifetime
{
    public const string Stranger = "partner-without-client";
    public const string Rotating = "rotating-partner";

    private const string Token = "-enrolment-token-that-only-this-test-knows-0123456789";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<RunningService> _services = [];

    internal SystemAddresses Addresses { get; private set; } = null!;

    /// <summary>The key of the partner and the stranger, which <see cref="KeyFileMaker.Pem"/> has in a file.</summary>
    internal SigningKey Key { get; } = Open(KeyFileMaker.Pem);

    /// <summary>Keys of the partner that changes its key, each as a file.</summary>
    internal string FormerPem { get; } = NewEcPem();

    internal string NextPem { get; } = NewEcPem();

    private RunningService AuthorizationServer => _services[0];

    private RunningService JwksService => _services[1];

    /// <summary>The settings of a client that has nothing wrong with it.</summary>
    internal Dictionary<string, string> Settings => new(SystemSettings.ForPartnerClient(Addresses))
    {
        ["PartnerClient:KeyPassword"] = KeyFileMaker.Password,
        [SettingNames.AllowHttp] = "true",
    };

    public async ValueTask InitializeAsync()
    {
        using var issuer = new ReservedAddress();
        using var registry = new ReservedAddress();
        using var orders = new ReservedAddress();
        Addresses = new SystemAddresses(issuer.Address, registry.Address, orders.Address);
        await StartAsync(B2BAssertions.AuthorizationServer.Program.Build, issuer, ServerSettings());
        await StartAsync(B2BAssertions.JwksService.Program.Build, registry, RegistrySettings());
        await StartAsync(B2BAssertions.OrdersApi.Program.Build, orders, SystemSettings.ForOrdersApi(Addresses));
        await EnrolAsync(SystemSettings.PartnerClientId, Key, SystemSettings.PartnerClientId + Token);
        await EnrolAsync(Stranger, Key, Stranger + Token);
        using var former = Open(FormerPem);
        using var next = Open(NextPem);
        await EnrolAsync(Rotating, former, Rotating + Token);
        await EnrolAsync(Rotating, next, await KeysTokenAsync());
        await PostAsync($"/partners/{Rotating}/keys/{former.Kid}/retire", new JsonObject(), await KeysTokenAsync(), expected: 200);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }

        Key.Dispose();
        _directory.Dispose();
    }

    private Dictionary<string, string> ServerSettings()
    {
        var settings = SystemSettings.ForAuthorizationServer(Addresses);
        settings["AuthorizationServer:Clients:1:ClientId"] = Rotating;
        settings["AuthorizationServer:Clients:1:JwksUri"] = $"{Addresses.JwksService}/partners/{Rotating}/.well-known/jwks";
        settings["AuthorizationServer:Clients:1:AllowedAlgorithms:0"] = "ES256";
        settings["AuthorizationServer:Clients:1:Scopes:0"] = SystemSettings.ReadScope;
        settings["AuthorizationServer:Clients:1:Scopes:1"] = SystemSettings.KeysScope;
        foreach (var (name, value) in TokenEndpointFixture.HighLimits)
        {
            settings[name] = value;
        }

        return settings;
    }

    private Dictionary<string, string> RegistrySettings()
    {
        var settings = SystemSettings.ForJwksService(Addresses);
        settings["JwksService:SubmissionsPerMinuteAndAddress"] = "10000";
        settings["JwksService:SubmissionsPerMinuteAndPartner"] = "10000";
        settings["JwksService:KeysPerDayAndPartner"] = "10000";
        string[] partners = [SystemSettings.PartnerClientId, Stranger, Rotating];
        foreach (var (index, partner) in partners.Index())
        {
            settings[$"JwksService:Partners:{index}:ClientId"] = partner;
            settings[$"JwksService:Partners:{index}:Name"] = partner;
            settings[$"JwksService:Partners:{index}:EnrolmentToken"] = partner + Token;
        }

        return settings;
    }

    private async Task StartAsync(BuildService build, ReservedAddress address, Dictionary<string, string> settings) => _services.Add(
        await RunningService.StartAsync(build, address, _directory.FileNamed($"service-{_services.Count}"), settings));

    private Task EnrolAsync(string partner, SigningKey key, string token) => PostAsync(
        $"/partners/{partner}/keys",
        new JsonObject
        {
            ["key"] = key.Public.ToJson(),
            ["proof"] = key.CreateJwt(KeyProof.Type, partner, Addresses.JwksService, KeyProof.MaxLifetime, TimeProvider.System),
        },
        token,
        expected: 201);

    private async Task PostAsync(string path, JsonObject body, string token, int expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await JwksService.Client.SendAsync(request);
        Assert.Equal(expected, (int)response.StatusCode);
    }

    private async Task<string> KeysTokenAsync()
    {
        using var key = ECDsa.Create();
        key.ImportFromEncryptedPem(FormerPem, KeyFileMaker.Password);
        var maker = new AssertionMaker(key, Rotating, Addresses.AuthorizationServer, TimeProvider.System);
        var answer = await TokenEndpointFixture.PostAsync(AuthorizationServer, maker.Make(), ("scope", SystemSettings.KeysScope));
        Assert.Equal(200, answer.Status);
        return answer.AccessToken!;
    }

    private static string NewEcPem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return KeyFileMaker.Encrypt(key, KeyFileMaker.Password);
    }

    private static SigningKey Open(string pem)
    {
        AsymmetricAlgorithm key = ReferenceEquals(pem, KeyFileMaker.Pem) ? RSA.Create() : ECDsa.Create();
        key.ImportFromEncryptedPem(pem, KeyFileMaker.Password);
        return SigningKey.From(key);
    }
}

/// <summary>One system for all tests of the doctor: none leaves anything behind.</summary>
[CollectionDefinition]
public sealed class OneDoctorSystem : ICollectionFixture<DoctorSystem>;
