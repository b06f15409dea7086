using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>A restored backup has forgotten which assertions were used since: none of them gets a second token.</summary>
[Trait("Rule", "AS-10")]
public abstract class RestoredDatabaseTests(DatabaseProvider provider) : IAsyncLifetime
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);

    private readonly TemporaryDirectory _directory = new();
    private TokenEndpointFixture _fixture = null!;
    private TestDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Its key sets and its clock; the servers of these tests have a database of their own.
        _fixture = await TokenEndpointFixture.StartAsync();
        _database = await TestDatabase.CreateAsync(provider);
    }

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("iat", "nbf")]
    [InlineData("iat")]
    [InlineData("nbf")]
    [InlineData]
    public async Task What_was_used_since_the_backup_is_refused_until_it_expires_and_a_new_assertion_is_not(params string[] times)
    {
        string used;
        await using (var before = await StartAsync())
        {
            used = Assertion(times);
            Assert.Equal(200, (await TokenEndpointFixture.PostAsync(before, used)).Status);
        }

        await RestoreAsync(TimeSpan.FromHours(1));
        await using var server = await StartAsync();
        var replayed = await TokenEndpointFixture.PostAsync(server, used);
        Assert.Equal((503, "temporarily_unavailable", 2d), (replayed.Status, replayed.Error, replayed.RetryAfter));
        Assert.Single(server.Logs.Lines, line => line.Contains("it may be a restored backup", StringComparison.Ordinal));
        Assert.Contains(server.Logs.Lines, line => line.Contains("refused: assertion_possibly_used.", StringComparison.Ordinal));

        // It finds the time of now in the database, and what the first one has noticed.
        using var directory = new TemporaryDirectory();
        await using var replica = await StartAsync(directory);
        Assert.Equal(503, (await TokenEndpointFixture.PostAsync(replica, used)).Status);

        _fixture.Time.Advance(ClockSkew + TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(server, Assertion("iat"))).Status);
        Assert.Equal(503, (await TokenEndpointFixture.PostAsync(server, used)).Status);
        _fixture.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(401, (await TokenEndpointFixture.PostAsync(server, used)).Status);
    }

    [Fact]
    public async Task A_backup_that_is_restored_below_a_running_server_is_noticed_too()
    {
        await using var server = await StartAsync();
        var used = Assertion("iat");
        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(server, used)).Status);
        await RestoreAsync(TimeSpan.FromSeconds(1));

        _fixture.Time.Advance(ForgottenAssertions.Period);
        await WaitFor.StateAsync("noticed", () =>
            server.Logs.Lines.FirstOrDefault(line => line.Contains("it may be a restored backup", StringComparison.Ordinal)));

        Assert.Equal(503, (await TokenEndpointFixture.PostAsync(server, used)).Status);
    }

    [Fact]
    public async Task A_server_that_was_stopped_for_an_hour_takes_the_first_assertion()
    {
        await (await StartAsync()).DisposeAsync();
        _fixture.Time.Advance(TimeSpan.FromHours(1));

        await using var server = await StartAsync();

        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(server, Assertion("iat"))).Status);
    }

    [Fact]
    public async Task A_replica_that_starts_beside_another_takes_the_first_assertion()
    {
        await using var first = await StartAsync();
        using var directory = new TemporaryDirectory();
        await using var second = await StartAsync(directory);

        Assert.Equal(200, (await TokenEndpointFixture.PostAsync(second, Assertion("iat"))).Status);
    }

    private async Task<RunningService> StartAsync(TemporaryDirectory? directory = null)
    {
        using var address = new ReservedAddress();
        var settings = _fixture.Settings([.. _database.Settings.Select(setting => (setting.Key, setting.Value))]);
        return await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, (directory ?? _directory).Path, settings, _fixture.Time);
    }

    /// <summary>The database as a backup of that age has it.</summary>
    private async Task RestoreAsync(TimeSpan age)
    {
        await using AuthorizationDbContext database = provider == DatabaseProvider.Sqlite
            ? new SqliteAuthorizationDbContext(
                new DbContextOptionsBuilder<SqliteAuthorizationDbContext>().UseSqlite(_database.ConnectionString).UseOpenIddict().Options)
            : new PostgreSqlAuthorizationDbContext(
                new DbContextOptionsBuilder<PostgreSqlAuthorizationDbContext>().UseNpgsql(_database.ConnectionString).UseOpenIddict().Options);
        var at = (_fixture.Time.GetUtcNow() - age).ToUnixTimeMilliseconds();
        await database.UsedAssertions.ExecuteDeleteAsync(Cancellation);
        Assert.Equal(1, await database.LastActivity.ExecuteUpdateAsync(row => row.SetProperty(it => it.At, at), Cancellation));
    }

    /// <param name="times">Which of iat and nbf it has.</param>
    private string Assertion(params string[] times) => _fixture.MakerA.Make(claims: claims =>
    {
        var now = _fixture.Time.GetUtcNow().ToUnixTimeSeconds();
        claims.Remove("iat");
        claims.Remove("nbf");
        foreach (var time in times)
        {
            claims[time] = now;
        }
    });
}

public sealed class RestoredDatabaseTestsOnSqlite() : RestoredDatabaseTests(DatabaseProvider.Sqlite);

public sealed class RestoredDatabaseTestsOnPostgreSql() : RestoredDatabaseTests(DatabaseProvider.PostgreSql);
