using System.Net;
using System.Net.Sockets;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

using Npgsql;

using Xunit;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>The exceptions are those that a database in trouble really causes: an escaping one would end a service's background work.</summary>
public sealed class DatabaseFailureTests
{
    /// <summary>Bound and not listened on, until the tests end: nobody else is given the port in between.</summary>
    private static readonly Socket ClosedPort = Bind();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Unreachable => [ClosedPortConnection, "Host=no-such-host.invalid;Username=nobody;Timeout=10"];

    private static string ClosedPortConnection => $"Host=127.0.0.1;Port={PortOf(ClosedPort)};Username=nobody";

    [Theory]
    [MemberData(nameof(Unreachable))]
    public async Task A_host_that_cannot_be_reached_is_a_failure_of_the_database(string connection)
    {
        await using var session = new NpgsqlConnection(connection);
        await using var notes = Notes(connection);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => session.OpenAsync(Cancellation));
        AssertFailure(failure);
        // Some versions of Npgsql let this one through as it is (npgsql issue 5606).
        AssertFailure(Assert.IsType<SocketException>(failure.GetBaseException()));
        AssertFailure(Assert.ThrowsAny<Exception>(session.Open));
        AssertFailure(await Assert.ThrowsAnyAsync<Exception>(() => notes.Notes.ToListAsync(Cancellation)));
        AssertFailure(await Assert.ThrowsAnyAsync<Exception>(() => notes.Notes.ExecuteDeleteAsync(Cancellation)));
        notes.Add(new Note(Guid.NewGuid(), "in vain"));
        AssertFailure(await Assert.ThrowsAnyAsync<Exception>(() => notes.SaveChangesAsync(Cancellation)));
    }

    [Fact]
    public async Task A_connection_that_was_ended_is_a_failure_of_the_database()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var session = new NpgsqlConnection(database.ConnectionString);
        await using var notes = Notes(database.ConnectionString);
        await session.OpenAsync(Cancellation);
        await notes.Database.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand("SELECT 1", session);

        await database.TakeAwayAsync();

        AssertFailure(await Assert.ThrowsAnyAsync<Exception>(() => command.ExecuteScalarAsync(Cancellation)));
        AssertFailure(await Assert.ThrowsAnyAsync<Exception>(() => notes.Database.ExecuteSqlAsync($"SELECT 1", Cancellation)));
        await database.BringBackAsync();
    }

    [Fact]
    public void However_deep_it_is_wrapped_it_is_a_failure_of_the_database() => AssertFailure(
        new InvalidOperationException("", new DbUpdateException("", new NpgsqlException("", new SocketException()))));

    [Fact]
    public async Task What_others_meet_is_no_failure_of_the_database()
    {
        using var http = new HttpClient();
        Exception[] others =
        [
            await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://127.0.0.1:{PortOf(ClosedPort)}"), Cancellation)),
            Assert.Throws<DirectoryNotFoundException>(() => File.ReadAllText("/no/such/file")),
            new IOException("the client has gone", new SocketException((int)SocketError.ConnectionReset)),
            new OperationCanceledException("", new PostgresException("", "ERROR", "ERROR", PostgresErrorCodes.QueryCanceled)),
        ];

        Assert.All(others, other => Assert.False(other.IsDatabaseFailure()));
        Assert.All(others, other => Assert.False(other.ComesFromDatabase()));
    }

    /// <summary>It is a fault of the program: a request is answered so, background work tells it and tries again.</summary>
    [Fact]
    public async Task What_a_database_refuses_is_no_failure_but_comes_from_it()
    {
        await using var session = new SqliteConnection("Data Source=:memory:");
        await session.OpenAsync(Cancellation);
        await using var command = session.CreateCommand();
        command.CommandText = "DELETE FROM nothing";

        var refused = await Assert.ThrowsAsync<SqliteException>(() => command.ExecuteNonQueryAsync(Cancellation));

        Assert.False(refused.IsDatabaseFailure());
        Assert.True(refused.ComesFromDatabase());
        var deadlock = new InvalidOperationException("", new PostgresException("", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected));
        Assert.True(deadlock.ComesFromDatabase());
    }

    private static void AssertFailure(Exception exception)
    {
        Assert.True(exception.IsDatabaseFailure(), $"{exception}");
        Assert.True(exception.ComesFromDatabase(), $"{exception}");
    }

    private static PostgreSqlNotesDbContext Notes(string connection) =>
        new(new DbContextOptionsBuilder<PostgreSqlNotesDbContext>().UseNpgsql(connection).Options);

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
