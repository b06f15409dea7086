using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults.GuardedConnections;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>
/// A server with a client A, whose keys are at <see cref="Source"/>, and a client at <see cref="Host"/>, which resolves to what a test says. It is
/// shared by tests that each <see cref="StartAnew"/>.
/// </summary>
public sealed class HostileJwksSource : IAsyncLifetime
{
    internal const string Host = "keys.partner.example";

    internal RawServer Source { get; } = new();

    internal ScriptedNetwork Network { get; } = new();

    internal TokenEndpointFixture Fixture { get; private set; } = null!;

    /// <summary>What was logged about the clients' sets since the last <see cref="StartAnew"/>.</summary>
    internal IEnumerable<string> Logged => Fixture.Server.Logs.Lines.Where(
        line => line.Contains(".ClientJwks.", StringComparison.Ordinal));

    public async ValueTask InitializeAsync() => Fixture = await TokenEndpointFixture.StartOnAsync(
        DatabaseProvider.Sqlite,
        services => services.AddSingleton<INetwork>(Network),
        ("AuthorizationServer:Clients:0:JwksUri", $"{Source.Address}/a"),
        ("AuthorizationServer:Clients:3:ClientId", "client-d"),
        ("AuthorizationServer:Clients:3:JwksUri", $"https://{Host}/d"),
        ("AuthorizationServer:Clients:3:Scopes:0", "read"));

    public async ValueTask DisposeAsync()
    {
        await Fixture.DisposeAsync();
        await Source.DisposeAsync();
    }

    /// <summary>Time enough that every set is fetched anew, and every failure is tried and told anew.</summary>
    internal void StartAnew()
    {
        Fixture.Time.Advance(ClientJwksReport.Reminder);
        Fixture.Server.Logs.Forget();
    }
}
