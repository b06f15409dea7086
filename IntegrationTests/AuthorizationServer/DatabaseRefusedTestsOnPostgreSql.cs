using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Npgsql;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>PostgreSQL is gone, not only unwilling: its port refuses connections, and those there were are reset.</summary>
public sealed class DatabaseRefusedTestsOnPostgreSql
{
    [Fact]
    [Trait("Rule", "AT-04")]
    public async Task The_process_lives_keys_are_published_and_tokens_come_again_with_the_database()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var relay = new TcpRelay(connection.Host!, connection.Port);
        (connection.Host, connection.Port) = ("127.0.0.1", relay.Port);
        await using var system = await SigningKeySystem.StartAsync(
            DatabaseProvider.Sqlite,
            (ServiceDatabase.ProviderSetting, ServiceDatabase.PostgreSql),
            ($"ConnectionStrings:{ServiceDatabase.ConnectionStringName}", connection.ToString()));
        var server = system.Server;
        var lifetime = server.Services.GetRequiredService<IHostApplicationLifetime>();
        var kid = await system.SigningKidAsync(server);

        await relay.CloseAsync();
        system.Pass(SigningKeyRefresh.Interval);
        await WaitFor.StateAsync("the warning", () => Told(server, "The signing keys cannot be read from the database"));

        Assert.Equal([kid], await SigningKeySystem.KidsAsync(server));
        Assert.Equal(kid, server.Services.GetRequiredService<SigningKeyRing>().Current.Kid);
        Assert.Equal(503, (await system.Fixture.SendAsync(system.Fixture.MakerA.Make())).Status);
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.DoesNotContain(server.Logs.Lines, line => line.StartsWith("Critical ", StringComparison.Ordinal));

        relay.Open();
        system.Pass(SigningKeyRefresh.Interval);
        await WaitFor.StateAsync("the news", () => Told(server, "The signing keys can be read from the database again"));
        Assert.Equal(kid, await system.SigningKidAsync(server));
    }

    private static string? Told(RunningService server, string text) =>
        server.Logs.Lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
}
