using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.StandaloneTests;

using Npgsql;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Two processes of the authorization server behind one issuer, with one database.</summary>
public sealed class TwoServersTestsOnPostgreSql : IAsyncLifetime
{
    private const string Client = "client-of-two-servers";
    private const int Assertions = 1000;
    private const int AtOnce = 16;

    private readonly FreePorts _ports = FreePorts.Find();
    private readonly TemporaryDirectory _directory = new();
    private readonly RSA _key = RSA.Create(2048);
    private AssertionMaker _maker = null!;
    private TestDatabase _database = null!;
    private ServiceProcess _first = null!;
    private ServiceProcess _second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var issuer = _ports.AddressOf(ports => ports.AuthorizationServer);
        _maker = new AssertionMaker(_key, Client, issuer, TimeProvider.System);
        _database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var settings = new Dictionary<string, string>(_database.Settings)
        {
            ["AuthorizationServer:Issuer"] = issuer,
            ["AuthorizationServer:Apis:0:Audience"] = TokenEndpointFixture.Audience,
            ["AuthorizationServer:Apis:0:Scopes:0"] = "read",
            ["AuthorizationServer:Clients:0:ClientId"] = Client,
            ["AuthorizationServer:Clients:0:Jwks"] = _maker.Set(),
            ["AuthorizationServer:Clients:0:Scopes:0"] = "read",
        };
        foreach (var (name, value) in TokenEndpointFixture.HighLimits)
        {
            settings[name] = value;
        }

        var servers = await Task.WhenAll(
            StartAsync("first", issuer, settings),
            StartAsync("second", _ports.AddressOf(ports => ports.OrdersApi), settings));
        (_first, _second) = (servers[0], servers[1]);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Dispose();
        _key.Dispose();
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_thousand_assertions_each_sent_to_both_at_once_get_a_thousand_tokens()
    {
        var outcomes = new ConcurrentBag<(string First, string Second)>();

        await Parallel.ForAsync(0, Assertions, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation }, async (_, _) =>
        {
            var assertion = _maker.Make();
            var answers = await Task.WhenAll(SendAsync(_first, assertion), SendAsync(_second, assertion));
            outcomes.Add((answers[0], answers[1]));
        });

        Assert.Equal(Assertions, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.True(
            outcome is ("token", "401 invalid_client") or ("401 invalid_client", "token"),
            $"{outcome.First} and {outcome.Second}"));
        Assert.Equal(Assertions, await CountUsedAsync());

        // Both took part: had one answered everything, nothing would be proved.
        Assert.Contains(outcomes, outcome => outcome.First == "token");
        Assert.Contains(outcomes, outcome => outcome.Second == "token");
    }

    private Task<ServiceProcess> StartAsync(string name, string address, Dictionary<string, string> settings) =>
        ServiceProcess.StartAsync("AuthorizationServer", address, _directory.FileNamed(name), settings);

    private static async Task<string> SendAsync(ServiceProcess server, string assertion)
    {
        using var form = TokenEndpointFixture.Form(assertion);
        using var response = await server.Client.PostAsync(new Uri("/token", UriKind.Relative), form, Cancellation);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return answer.TryGetProperty("access_token", out _) ? "token" : $"{(int)response.StatusCode} {answer.GetProperty("error").GetString()}";
    }

    private async Task<long> CountUsedAsync()
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM \"UsedAssertions\"", connection);
        return (long)(await count.ExecuteScalarAsync(Cancellation))!;
    }
}
