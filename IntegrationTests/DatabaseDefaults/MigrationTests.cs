using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.EntityFrameworkCore;

using Npgsql;

using Xunit;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>Replicas start at once, and processes are killed in the middle of it.</summary>
public sealed class MigrationTests
{
    private const int Replicas = 4;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task Replicas_that_start_at_once_on_an_empty_database_share_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        var replicas = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => Task.Run(() => NotesService.StartAsync(database.Settings))));

        await Task.WhenAll(replicas.Select((replica, number) => replica.AddAsync($"note {number}")));
        Assert.All(
            await Task.WhenAll(replicas.Select(replica => replica.QueryAsync(notes => notes.Notes.CountAsync(Cancellation)))),
            count => Assert.Equal(Replicas, count));
        Assert.All(replicas, replica => Assert.DoesNotContain(
            replica.Running.Logs.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal)));
        await Task.WhenAll(replicas.Select(replica => replica.DisposeAsync().AsTask()));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task A_service_starts_again_on_the_database_it_made(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using (var first = await NotesService.StartAsync(database.Settings))
        {
            await first.AddAsync("kept");
        }

        await using var second = await NotesService.StartAsync(database.Settings);

        Assert.Equal("kept", (await second.QueryAsync(notes => notes.Notes.SingleAsync(Cancellation))).Text);
    }

    [Fact]
    public async Task A_service_whose_role_may_change_no_table_starts_on_a_database_that_its_owner_brought_up_to_date()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using (var owner = await NotesService.StartAsync(database.Settings))
        {
            await owner.AddAsync("the owner's");
        }

        await using var service = await NotesService.StartAsync(await SettingsOfRoleWithFewRightsAsync(database));

        await service.AddAsync("the service's");
        Assert.Equal(2, await service.QueryAsync(notes => notes.Notes.CountAsync(Cancellation)));
    }

    /// <summary>The server ends the session of a process that is gone, as it is made to here, and the lock with it.</summary>
    [Fact]
    public async Task A_migrator_that_is_killed_while_it_holds_the_lock_does_not_block_the_next()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var server = await PostgreSqlServer.GetAsync();
        await using var context = new PostgreSqlNotesDbContext(
            new DbContextOptionsBuilder<PostgreSqlNotesDbContext>().UseNpgsql(database.ConnectionString).Options);
        await using var killed = await MigratedDatabase.Of<NotesDbContext>(context, TimeProvider.System).LockAsync(Cancellation);

        var starting = Task.Run(() => NotesService.StartAsync(database.Settings));
        await WaitFor.StateAsync("the next migrator waits for the lock", () => SessionAsync(database, server, granted: false));
        Assert.False(starting.IsCompleted);
        await server.ExecuteAsync($"SELECT pg_terminate_backend({await SessionAsync(database, server, granted: true)})");

        await using var next = await starting;
        await next.AddAsync("the next one migrated");
        await WaitFor.StateAsync("nobody holds the lock", async () => await SessionAsync(database, server, granted: true) is null ? "free" : null);
    }

    private static async Task<Dictionary<string, string>> SettingsOfRoleWithFewRightsAsync(TestDatabase database)
    {
        var role = $"service_{Guid.NewGuid():N}";
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = new NpgsqlCommand(
                $"""
                 CREATE ROLE {role} LOGIN PASSWORD '{role}';
                 REVOKE CREATE ON SCHEMA public FROM PUBLIC;
                 GRANT SELECT, INSERT ON "Notes" TO {role};
                 GRANT SELECT ON "__EFMigrationsHistory" TO {role};
                 """,
                connection);
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var service = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = role };
        return new(database.Settings) { [$"ConnectionStrings:{ServiceDatabase.ConnectionStringName}"] = service.ToString() };
    }

    /// <summary>The session that holds the advisory lock of the database, or waits for it.</summary>
    private static Task<object?> SessionAsync(TestDatabase database, PostgreSqlServer server, bool granted)
    {
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        return server.ExecuteAsync(
            $"""
             SELECT pid FROM pg_locks JOIN pg_database ON pg_locks.database = pg_database.oid
             WHERE locktype = 'advisory' AND datname = '{name}' AND granted = {granted}
             """);
    }
}
