using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>
/// The real authorization server with two APIs and three clients: A (PS256) and B (ES256), whose keys are at a JWKS server each, and C
/// (ES256), whose key is in the settings.
/// </summary>
internal sealed class TokenEndpointFixture : IAsyncDisposable
{
    public const string ClientA = "client-a";
    public const string ClientB = "client-b";
    public const string ClientC = "client-c";

    /// <summary>The API of the scope <c>read</c>.</summary>
    public const string Audience = "https://orders.example";

    /// <summary>The API of the scopes <c>keys</c> and <c>partners:manage</c>.</summary>
    public const string OtherAudience = "https://registry.example";

    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>One for all fixtures: making an RSA key takes longer than most tests.</summary>
    private static readonly Lazy<RSAParameters> KeyOfA = new(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportParameters(includePrivateParameters: true);
    });

    private readonly TemporaryDirectory _directory = new();

    private TokenEndpointFixture(TestDatabase database, string issuer, FakeTimeProvider time)
    {
        Database = database;
        Issuer = issuer;
        Time = time;
        MakerA = new AssertionMaker(RSA.Create(KeyOfA.Value), ClientA, issuer, time);
        MakerB = new AssertionMaker(ECDsa.Create(ECCurve.NamedCurves.nistP256), ClientB, issuer, time);
        MakerC = new AssertionMaker(ECDsa.Create(ECCurve.NamedCurves.nistP256), ClientC, issuer, time);
    }

    public TestDatabase Database { get; }

    public string Issuer { get; }

    public FakeTimeProvider Time { get; }

    public AssertionMaker MakerA { get; }

    public AssertionMaker MakerB { get; }

    public AssertionMaker MakerC { get; }

    public JwksServer JwksA { get; private set; } = null!;

    public JwksServer JwksB { get; private set; } = null!;

    public RunningService Server { get; private set; } = null!;

    public string DataDirectory => _directory.Path;

    public static Task<TokenEndpointFixture> StartAsync(params (string Name, string Value)[] settings) =>
        StartOnAsync(DatabaseProvider.Sqlite, settings);

    /// <param name="provider">Where the server keeps what it must remember.</param>
    public static Task<TokenEndpointFixture> StartOnAsync(DatabaseProvider provider, params (string Name, string Value)[] settings) =>
        StartOnAsync(provider, configureServices: null, settings);

    /// <param name="configureServices">What stands in for the machine's own, such as its resolver.</param>
    public static async Task<TokenEndpointFixture> StartOnAsync(
        DatabaseProvider provider,
        Action<IServiceCollection>? configureServices,
        params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync(provider);
        using var address = new ReservedAddress();
        var fixture = new TokenEndpointFixture(database, address.Address, new FakeTimeProvider(DateTimeOffset.UtcNow));
        fixture.JwksA = await JwksServer.StartAsync(fixture.MakerA);
        fixture.JwksB = await JwksServer.StartAsync(fixture.MakerB);
        fixture.Server = await RunningService.StartAsync(
            AuthorizationServer.Program.Build,
            address,
            fixture.DataDirectory,
            fixture.Settings(settings),
            fixture.Time,
            configureServices);
        return fixture;
    }

    /// <summary>Far more than any test sends: a test of a limit lowers that one.</summary>
    public static IReadOnlyDictionary<string, string> HighLimits { get; } = new Dictionary<string, string>
    {
        ["AuthorizationServer:RateLimits:RequestsPerMinuteAndAddress"] = "1000000",
        ["AuthorizationServer:RateLimits:RequestsPerMinuteAndClient"] = "1000000",
        ["AuthorizationServer:RateLimits:FailuresPerMinuteAndAddress"] = "1000000",
        ["AuthorizationServer:RateLimits:FailuresPerMinuteAndClient"] = "1000000",
    };

    /// <summary>Sends the assertion as client A's newest token request.</summary>
    public Task<TokenAnswer> SendAsync(string assertion, params (string Name, string? Value)[] changes) =>
        PostAsync(Server, assertion, changes);

    /// <summary>The same to another server.</summary>
    public static Task<TokenAnswer> PostAsync(RunningService server, string assertion, params (string Name, string? Value)[] changes) =>
        PostAsync(server.Client, assertion, changes);

    /// <summary>The same by another client, which may send from another address.</summary>
    public static Task<TokenAnswer> PostAsync(HttpClient client, string assertion, params (string Name, string? Value)[] changes)
    {
        var form = Parameters(assertion);
        foreach (var (name, value) in changes)
        {
            form.Remove(name);
            if (value is not null)
            {
                form[name] = value;
            }
        }

        return PostAsync(client, new FormUrlEncodedContent(form));
    }

    /// <summary>A right token request, for another server than the fixture's.</summary>
    public static FormUrlEncodedContent Form(string assertion) => new(Parameters(assertion));

    public Task<TokenAnswer> PostAsync(HttpContent content, Action<HttpRequestMessage>? change = null) =>
        PostAsync(Server.Client, content, change);

    public static async Task<TokenAnswer> PostAsync(HttpClient client, HttpContent content, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token") { Content = content };
        change?.Invoke(request);
        using var response = await client.SendAsync(request);
        return new TokenAnswer(
            (int)response.StatusCode,
            await response.Content.ReadFromJsonAsync<JsonElement>(),
            response.Headers.CacheControl?.NoStore == true,
            response.Headers.WwwAuthenticate.ToString())
        {
            RetryAfter = response.Headers.RetryAfter?.Delta?.TotalSeconds,
            ContentType = response.Content.Headers.ContentType?.MediaType,
        };
    }

    private static Dictionary<string, string> Parameters(string assertion) => new()
    {
        ["grant_type"] = "client_credentials",
        ["scope"] = "read",
        ["client_assertion_type"] = AssertionType,
        ["client_assertion"] = assertion,
    };

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await JwksA.DisposeAsync();
        await JwksB.DisposeAsync();
        await Database.DisposeAsync();
        _directory.Dispose();
    }

    public Dictionary<string, string> Settings(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["AuthorizationServer:Issuer"] = Issuer,
            ["AuthorizationServer:Apis:0:Audience"] = Audience,
            ["AuthorizationServer:Apis:0:Scopes:0"] = "read",
            ["AuthorizationServer:Apis:1:Audience"] = OtherAudience,
            ["AuthorizationServer:Apis:1:Scopes:0"] = "keys",
            ["AuthorizationServer:Apis:1:Scopes:1"] = "partners:manage",
            ["AuthorizationServer:Clients:0:ClientId"] = ClientA,
            ["AuthorizationServer:Clients:0:JwksUri"] = JwksA.JwksUri,
            ["AuthorizationServer:Clients:0:Scopes:0"] = "read",
            ["AuthorizationServer:Clients:0:Scopes:1"] = "keys",
            ["AuthorizationServer:Clients:1:ClientId"] = ClientB,
            ["AuthorizationServer:Clients:1:JwksUri"] = JwksB.JwksUri,
            ["AuthorizationServer:Clients:1:AllowedAlgorithms:0"] = "ES256",
            ["AuthorizationServer:Clients:1:Scopes:0"] = "read",
            ["AuthorizationServer:ClientJwks:AllowedHosts:0"] = "127.0.0.1",
            ["AuthorizationServer:Clients:2:ClientId"] = ClientC,
            ["AuthorizationServer:Clients:2:Jwks"] = MakerC.Set(),
            ["AuthorizationServer:Clients:2:AllowedAlgorithms:0"] = "ES256",
            ["AuthorizationServer:Clients:2:Scopes:0"] = "read",
            ["AuthorizationServer:Clients:2:Scopes:1"] = "partners:manage",
        };
        foreach (var (name, value) in HighLimits.Concat(Database.Settings).Concat(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))))
        {
            all[name] = value;
        }

        return all;
    }
}
