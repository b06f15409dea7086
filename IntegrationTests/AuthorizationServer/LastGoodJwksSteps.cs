using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>The steps of tests with a source that goes away and a server that is started anew.</summary>
public abstract class LastGoodJwksSteps(DatabaseProvider provider) : IAsyncLifetime
{
    internal const string NoKeys = """{"keys":[]}""";

    internal TokenEndpointFixture Fixture { get; private set; } = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal async Task StartAsync(params (string Name, string Value)[] settings) =>
        Fixture = await TokenEndpointFixture.StartOnAsync(provider, settings);

    /// <summary>Client A gets a token, and its set is stored.</summary>
    internal async Task SendOnceAsync()
    {
        Assert.Equal(200, await StatusAsync(Fixture.Server));
        await WaitFor.StateAsync("the set is stored", () => RowAsync(Fixture.Server));
    }

    /// <summary>The same, without waiting for the store: stopping waits for it.</summary>
    internal async Task SendOnceAndStopAsync()
    {
        Assert.Equal(200, await StatusAsync(Fixture.Server));
        await Fixture.Server.DisposeAsync();
    }

    /// <summary>A server on the same database, later.</summary>
    internal Task<RunningService> RestartAsync(params (string Name, string Value)[] settings) => RestartAsync(Fixture.Settings(settings));

    internal async Task<RunningService> RestartAsync(Dictionary<string, string> settings)
    {
        using var address = new ReservedAddress();
        return await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, Fixture.DataDirectory, settings, Fixture.Time);
    }

    internal async Task<int> StatusAsync(RunningService server) =>
        (await TokenEndpointFixture.PostAsync(server, Fixture.MakerA.Make())).Status;

    /// <summary>As a token request does it; that itself needs the database.</summary>
    internal static Task<Checked<PublicJwk>> ResolveAsync(TokenEndpointFixture fixture)
    {
        var keys = new ClientKeys.Published(new Uri(fixture.JwksA.JwksUri));
        var rules = new AssertionRules(
            AcceptTokenEndpointAudience: false, AcceptAudienceArray: false, ClientAssertionOptions.DefaultMaxLifetime, ClientAssertionOptions.DefaultClockSkew);
        var client = new RegisteredClient(TokenEndpointFixture.ClientA, keys, ["PS256"], ["read"], rules);
        return fixture.Server.Services.GetRequiredService<ClientKeyResolver>()
            .ResolveAsync(client, fixture.MakerA.KeyId, SigningAlgorithm.PS256, TestContext.Current.CancellationToken);
    }

    internal Task<LastGoodJwks> WaitForRowAsync(Func<LastGoodJwks, bool> isThere) => WaitFor.StateAsync(
        "the set is stored", async () => await RowAsync(Fixture.Server) is { } row && isThere(row) ? row : null);

    internal static async Task<LastGoodJwks?> RowAsync(RunningService server, string clientId = TokenEndpointFixture.ClientA)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().LastGoodJwks.AsNoTracking()
            .SingleOrDefaultAsync(row => row.ClientId == clientId, TestContext.Current.CancellationToken);
    }

    internal static IEnumerable<string> LinesWith(RunningService server, string level, string text) => server.Logs.Lines.Where(line =>
        line.StartsWith(level, StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal));
}
