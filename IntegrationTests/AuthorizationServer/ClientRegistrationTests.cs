using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>The store holds the configured clients, whoever starts when.</summary>
public sealed class ClientRegistrationTests
{
    [Fact]
    public async Task A_client_that_is_taken_out_of_the_configuration_is_known_no_more_after_a_restart()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var onlyA = fixture.Settings().Where(setting => !setting.Key.Contains("Clients:1", StringComparison.Ordinal)).ToDictionary();
        using var address = new ReservedAddress();
        await using var restarted = await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, fixture.DataDirectory, onlyA, fixture.Time);

        Assert.NotNull(await FindAsync(restarted, TokenEndpointFixture.ClientA));
        Assert.Null(await FindAsync(restarted, TokenEndpointFixture.ClientB));
    }

    [Fact]
    public async Task A_changed_setting_of_a_client_counts_after_a_restart()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        using var address = new ReservedAddress();
        await using var restarted = await RunningService.StartAsync(
            AuthorizationServer.Program.Build,
            address,
            fixture.DataDirectory,
            fixture.Settings(("AuthorizationServer:Clients:0:Scopes:1", "partners:manage")),
            fixture.Time);

        Assert.Equal(["read", "partners:manage"], (await FindAsync(restarted, TokenEndpointFixture.ClientA))!.Scopes);
    }

    [Fact]
    public async Task A_client_whose_keys_move_from_its_address_into_the_settings_is_found_with_those_alone()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var settings = fixture.Settings(("AuthorizationServer:Clients:1:Jwks", fixture.MakerC.Set()));
        settings.Remove("AuthorizationServer:Clients:1:JwksUri");
        using var address = new ReservedAddress();
        await using var restarted = await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, fixture.DataDirectory, settings, fixture.Time);

        var keys = Assert.IsType<ClientKeys.Inline>((await FindAsync(restarted, TokenEndpointFixture.ClientB))!.Keys);
        Assert.Equal([fixture.MakerC.KeyId], keys.Jwks.Keys.Select(key => key.KeyId));
    }

    [Fact]
    public async Task Four_servers_that_start_at_once_on_one_new_database_agree()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        using var directory = new TemporaryDirectory();
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using var address = new ReservedAddress();
            return await RunningService.StartAsync(
                AuthorizationServer.Program.Build, address, directory.Path, fixture.Settings(), fixture.Time);
        })));

        var keys = new HashSet<string>();
        foreach (var server in servers)
        {
            Assert.NotNull(await FindAsync(server, TokenEndpointFixture.ClientA));
            Assert.NotNull(await FindAsync(server, TokenEndpointFixture.ClientB));
            keys.Add(await server.Client.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative), TestContext.Current.CancellationToken));
            await server.DisposeAsync();
        }

        Assert.Single(keys);
    }

    private static async Task<RegisteredClient?> FindAsync(RunningService server, string clientId)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ClientStore>().FindAsync(clientId, TestContext.Current.CancellationToken);
    }
}
