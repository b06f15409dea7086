using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.Benchmarks.Rotations;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;
using B2BAssertions.Standalone;
using B2BAssertions.Standalone.Processes;

using Duende.IdentityModel;

using Npgsql;

namespace B2BAssertions.Benchmarks.Isolation;

/// <summary>A client of the load, with a key of its own.</summary>
internal sealed record LoadClient(string ClientId, string Scope, SigningKey Key)
{
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromSeconds(60);

    public string NewAssertion(string issuer) => Key.CreateJwt(
        JwtClaimTypes.JwtTypes.ClientAuthentication, ClientId, issuer, AssertionLifetime, TimeProvider.System);

    public HttpRequestMessage TokenRequest(string server, string assertion) => new(HttpMethod.Post, $"{server}/token")
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = ClientId,
            ["scope"] = Scope,
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        }),
    };
}

/// <summary>
/// Registry, authorization server and API as processes of their own on free ports of loopback, with the limits that they have by default. With
/// <see cref="PostgreSqlVariable"/> registry and API use new databases on that server, else SQLite files in a temporary folder.
/// </summary>
internal sealed class IsolatedSystem : IAsyncDisposable
{
    /// <summary>Connection string of a role that may create databases.</summary>
    public const string PostgreSqlVariable = "B2B_ISOLATION_POSTGRES";

    /// <summary>Behind the clients of Standalone.</summary>
    public const int FirstOwnClient = 2;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("b2bassertions-isolation-");
    private readonly DataFolder _data;
    private readonly ServiceProcesses _services;
    private readonly string? _server = Environment.GetEnvironmentVariable(PostgreSqlVariable);
    private readonly List<string> _databases = [];
    private readonly SystemPlan _plan;

    private IsolatedSystem()
    {
        _data = DataFolder.Open(_folder.FullName);
        _services = new ServiceProcesses(_data.Logs, StartLimit, TimeProvider.System);
        _plan = SystemPlan.Create(RotatingSystem.FreePorts(), _data);
    }

    public static string Database => Environment.GetEnvironmentVariable(PostgreSqlVariable) is null ? "SQLite" : "PostgreSQL";

    public LoadClient Hurried { get; } = NewClient("partner-in-a-hurry", "read write");

    public LoadClient Neighbour { get; } = NewClient("partner-beside-it", "read write");

    /// <summary>One whose orders the services have worked on before.</summary>
    public LoadClient Earlier { get; } = NewClient("partner-of-before", "read write");

    public LoadClient Operator { get; } = NewClient("operator-of-the-run", SystemSettings.PartnersManageScope);

    /// <summary>Cancelled when a service ends.</summary>
    public CancellationToken OneDied => _services.OneDied;

    public HttpClient Http { get; } = NewHttp();

    public string OrdersApi => AddressOf(ServiceNames.OrdersApi);

    public string JwksService => AddressOf(ServiceNames.JwksService);

    public string KeySet => JwksService + SystemSettings.JwksPath(Neighbour.ClientId);

    private string AuthorizationServer => AddressOf(ServiceNames.AuthorizationServer);

    public static async Task<IsolatedSystem> StartAsync()
    {
        var system = new IsolatedSystem();
        try
        {
            var plans = new List<ServicePlan>();
            foreach (var plan in system._plan.Servers)
            {
                plans.Add(RotatingSystem.With(plan, await system.SettingsOfAsync(plan.Name)));
            }

            await Task.WhenAll(plans.Select(plan =>
                system._services.WaitUntilHealthyAsync(system._services.Start(plan), CancellationToken.None)));
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Requests of one load never wait for another's connections.</summary>
    public static HttpClient NewHttp() => new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public static HttpRequestMessage Authorized(HttpMethod method, string address, string token)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue(BearerToken.Scheme, token);
        return request;
    }

    public async Task<string> TokenAsync(LoadClient client)
    {
        using var request = client.TokenRequest(AuthorizationServer, client.NewAssertion(AuthorizationServer));
        using var answer = JsonDocument.Parse(await SucceedAsync(request));
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    public HttpRequestMessage NewOrder(string token)
    {
        var request = Authorized(HttpMethod.Post, $"{OrdersApi}/orders", token);
        request.Headers.Add("Idempotency-Key", $"\"{Guid.NewGuid()}\"");
        request.Content = new StringContent(
            """{"currency":"EUR","lines":[{"sku":"PMP-200","description":"Pump","quantity":1,"unitPrice":184.5}]}""",
            new MediaTypeHeaderValue("application/json"));
        return request;
    }

    /// <summary>A new key in the neighbour's key set.</summary>
    /// <returns>Its kid.</returns>
    public async Task<string> AddKeyAsync(string operatorToken)
    {
        using var key = NewKey();
        await SendAsync(operatorToken, $"{JwksService}/partners/{Neighbour.ClientId}/keys", new JsonObject
        {
            ["key"] = key.Public.ToJson(),
            ["proof"] = key.CreateJwt(KeyProof.Type, Neighbour.ClientId, JwksService, KeyProof.MaxLifetime, TimeProvider.System),
        });
        return key.Kid;
    }

    public Task RevokeKeyAsync(string operatorToken, string kid) => SendAsync(
        operatorToken, $"{JwksService}/partners/{Neighbour.ClientId}/keys/{kid}/revoke", new JsonObject { ["reason"] = "lost" });

    /// <summary>How many lines of the service's log hold this text.</summary>
    public int LinesOf(string service, string text)
    {
        using var log = new StreamReader(new FileStream(
            Path.Combine(_data.Logs, $"{service}.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return log.ReadToEnd().Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Http.Dispose();
        _data.Dispose();
        _folder.Delete(recursive: true);
        foreach (var database in _databases)
        {
            await ExecuteAsync(_server!, $"DROP DATABASE {database} WITH (FORCE)");
        }
    }

    private static LoadClient NewClient(string clientId, string scope) => new(clientId, scope, NewKey());

    private static SigningKey NewKey() => SigningKey.From(RSA.Create(2048));

    private string AddressOf(string service) => _plan.Servers.Single(plan => plan.Name == service).Address;

    private async Task<Dictionary<string, string>> SettingsOfAsync(string service)
    {
        if (service == ServiceNames.AuthorizationServer)
        {
            return new LoadClient[] { Hurried, Neighbour, Earlier, Operator }.Index()
                .SelectMany(entry => ClientSettings(FirstOwnClient + entry.Index, entry.Item))
                .ToDictionary();
        }

        var settings = new Dictionary<string, string>();
        if (service == ServiceNames.JwksService)
        {
            settings["JwksService:Partners:1:ClientId"] = Neighbour.ClientId;
            settings["JwksService:Partners:1:Name"] = Neighbour.ClientId;
        }

        if (_server is not null)
        {
            settings["Database:Provider"] = "postgresql";
            settings["ConnectionStrings:Database"] = await CreateDatabaseAsync();
        }

        return settings;
    }

    public static IEnumerable<KeyValuePair<string, string>> ClientSettings(int index, LoadClient client)
    {
        var section = $"AuthorizationServer:Clients:{index}";
        yield return new($"{section}:ClientId", client.ClientId);
        yield return new($"{section}:Jwks", new JwkSet([client.Key.Public]).ToJson().ToJsonString());
        foreach (var (number, scope) in client.Scope.Split(' ').Index())
        {
            yield return new($"{section}:Scopes:{number}", scope);
        }
    }

    private async Task<string> CreateDatabaseAsync()
    {
        var name = $"isolation_{Guid.NewGuid():N}";
        await ExecuteAsync(_server!, $"CREATE DATABASE {name}");
        _databases.Add(name);
        return new NpgsqlConnectionStringBuilder(_server) { Database = name }.ToString();
    }

    /// <param name="sql">Of names that were made here.</param>
    internal static async Task ExecuteAsync(string server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task SendAsync(string token, string address, JsonObject body)
    {
        using var request = Authorized(HttpMethod.Post, address, token);
        request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        await SucceedAsync(request);
    }

    private async Task<string> SucceedAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? body
            : throw new InvalidOperationException($"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {body}");
    }
}
