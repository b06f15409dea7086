using System.Text.Json.Nodes;

using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.JwksServiceTests;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>The real registry stops for ten minutes, and the authorization server is started anew meanwhile.</summary>
public abstract class RegistryOutageTests(DatabaseProvider provider) : IAsyncLifetime
{
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(10);

    private readonly Switchboard _switchboard = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly PartnerKeyPair _key = PartnerKeyPair.NewEc();
    private TestDatabase _database = null!;
    private Registry _registry = null!;
    private RunningService _server = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _registry = await Registry.StartAsync(provider: provider == DatabaseProvider.Sqlite ? ServiceDatabase.Sqlite : ServiceDatabase.PostgreSql);
        await _registry.EnrolAsync(_registry.NewSubmission(_key));
        _switchboard.Connect(_registry.Service);
        await StartServerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _registry.DisposeAsync();
        await _switchboard.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    [Trait("Rule", "JW-06")]
    public async Task Known_partners_authenticate_throughout_and_a_revoked_key_stops_within_max_age_once_the_registry_is_back()
    {
        Assert.Equal(200, await StatusAsync(_key));

        _switchboard.Disconnect();
        await _registry.Service.DisposeAsync();
        _time.Advance(Outage / 2);
        Assert.Equal(200, await StatusAsync(_key));
        await _server.DisposeAsync();
        _time.Advance(Outage / 2);
        await StartServerAsync();
        Assert.Equal(200, await StatusAsync(_key));
        Assert.Equal(503, await StatusAsync(PartnerKeyPair.NewEc()));

        await _registry.RestartAsync();
        Assert.Equal(200, (await _registry.StepAsync(_key.Public.KeyId, "revoke")).Status);
        _switchboard.Connect(_registry.Service);

        // Nobody sends an assertion meanwhile: the first one after this is refused.
        Assert.True(RetryPause.Longest + ClientJwksFetcher.TimeLimit < JwksFreshness.Shortest, "A retry must come within any max-age.");
        _time.Advance(RetryPause.Longest);
        await WaitFor.StateAsync("the registry is asked again", () => _server.Logs.Lines.FirstOrDefault(
            line => line.Contains("can be used again", StringComparison.Ordinal)));
        Assert.Equal(401, await StatusAsync(_key));
        Assert.Contains(_server.Logs.Lines, line => line.Contains("key_unknown", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "JW-06")]
    public async Task A_key_that_is_revoked_while_everything_runs_stops_within_max_age()
    {
        Assert.Equal(200, await StatusAsync(_key));
        Assert.Equal(200, (await _registry.StepAsync(_key.Public.KeyId, "revoke")).Status);

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(401, await StatusAsync(_key));
    }

    private async Task StartServerAsync()
    {
        using var address = new ReservedAddress();
        _server = await RunningService.StartAsync(
            AuthorizationServer.Program.Build,
            address,
            _directory.Path,
            new Dictionary<string, string>(_database.Settings)
            {
                ["AuthorizationServer:Issuer"] = "https://issuer.example",
                ["AuthorizationServer:Apis:0:Audience"] = TokenEndpointFixture.Audience,
                ["AuthorizationServer:Apis:0:Scopes:0"] = "read",
                ["AuthorizationServer:ClientJwks:AllowedHosts:0"] = "127.0.0.1",
                ["AuthorizationServer:Clients:0:ClientId"] = Registry.Partner,
                ["AuthorizationServer:Clients:0:JwksUri"] = $"{_switchboard.Address}/partners/{Registry.Partner}/.well-known/jwks",
                ["AuthorizationServer:Clients:0:AllowedAlgorithms:0"] = "ES256",
                ["AuthorizationServer:Clients:0:Scopes:0"] = "read",
            },
            _time);
    }

    private async Task<int> StatusAsync(PartnerKeyPair key)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var assertion = key.Sign(
            new JsonObject { ["alg"] = "ES256", ["kid"] = key.Public.KeyId },
            new JsonObject
            {
                ["iss"] = Registry.Partner,
                ["sub"] = Registry.Partner,
                ["aud"] = "https://issuer.example",
                ["jti"] = Guid.NewGuid().ToString(),
                ["iat"] = now,
                ["exp"] = now + 60,
            });
        return (await TokenEndpointFixture.PostAsync(_server, assertion)).Status;
    }
}

public sealed class RegistryOutageTestsOnSqlite() : RegistryOutageTests(DatabaseProvider.Sqlite);

public sealed class RegistryOutageTestsOnPostgreSql() : RegistryOutageTests(DatabaseProvider.PostgreSql);
