using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Replicas store what they read, in any order, and the newest stays.</summary>
public abstract class LastGoodJwksStoreTests(DatabaseProvider provider) : LastGoodJwksSteps(provider)
{
    private static readonly Uri Address = new("https://keys.example/jwks");

    private DateTimeOffset Now => Fixture.Time.GetUtcNow();

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task An_older_set_does_not_replace_a_newer_one_of_the_same_address()
    {
        await StartAsync();
        await WriteAsync(Address, "newer", Now);
        await WriteAsync(Address, "older", Now - TimeSpan.FromSeconds(1));
        Assert.Equal("newer", await StoredAsync());

        await WriteAsync(new Uri("https://moved.example/jwks"), "moved", Now - TimeSpan.FromSeconds(1));
        Assert.Equal("moved", await StoredAsync());
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task A_set_of_a_clock_that_was_fast_does_not_stay_for_ever()
    {
        await StartAsync();
        await WriteAsync(Address, "future", Now + TimeSpan.FromDays(365));
        await WriteAsync(Address, "present", Now);
        Assert.Equal("present", await StoredAsync());
    }

    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task Replicas_that_store_at_once_leave_one_set()
    {
        await StartAsync();
        using var address = new ReservedAddress();
        await using var replica = await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, Fixture.DataDirectory, Fixture.Settings(), Fixture.Time);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => WriteAsync(
            Address, $"{number}", Now + TimeSpan.FromMilliseconds(number), number % 2 == 0 ? replica : Fixture.Server))));

        Assert.Equal("19", await StoredAsync());
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    [Trait("Rule", "JW-03")]
    public async Task The_end_of_a_set_is_newer_than_whatever_is_stored_and_lasts_until_a_set_is_read_later()
    {
        await StartAsync();
        var ahead = Now + TimeSpan.FromMinutes(1);
        await WriteAsync(Address, "of a clock that is a minute fast", ahead);
        await Fixture.Server.Services.GetRequiredService<LastGoodJwksStore>()
            .EndAsync(TokenEndpointFixture.ClientA, Address, Now, TestContext.Current.CancellationToken);
        var end = await RowAsync(Fixture.Server);
        Assert.Equal(NoKeys, end!.Jwks);
        Assert.True(end.FetchedAt.ToUnixTimeMilliseconds() > ahead.ToUnixTimeMilliseconds());

        await WriteAsync(Address, "read before", ahead);
        Assert.Equal(NoKeys, await StoredAsync());
        await WriteAsync(Address, "read later", ahead + TimeSpan.FromSeconds(1));
        Assert.Equal("read later", await StoredAsync());
    }

    private Task WriteAsync(Uri jwksUri, string jwks, DateTimeOffset fetchedAt, RunningService? server = null) =>
        (server ?? Fixture.Server).Services.GetRequiredService<LastGoodJwksStore>()
            .WriteAsync(TokenEndpointFixture.ClientA, jwksUri, jwks, fetchedAt, TestContext.Current.CancellationToken);

    private async Task<string?> StoredAsync() => (await RowAsync(Fixture.Server))?.Jwks;
}

public sealed class LastGoodJwksStoreTestsOnSqlite() : LastGoodJwksStoreTests(DatabaseProvider.Sqlite);

public sealed class LastGoodJwksStoreTestsOnPostgreSql() : LastGoodJwksStoreTests(DatabaseProvider.PostgreSql);
