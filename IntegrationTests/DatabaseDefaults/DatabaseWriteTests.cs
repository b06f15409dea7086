using System.Runtime.InteropServices;
using System.Runtime.Versioning;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

using Npgsql;

using Xunit;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>A database that answers questions and takes no writes: the health says so, and afterwards the service goes on by itself.</summary>
public sealed class DatabaseWriteTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_handle_that_can_only_read_is_not_used_once_the_file_can_be_written_again()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("The file is closed to writers by its mode, and to root as Linux does it.");
            return;
        }

        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var service = await NotesService.StartAsync(database.Settings);
        await service.AddAsync("before");

        PutReadOnlyHandlesIntoPool(database.ConnectionString, count: 3);

        for (var note = 0; note < 5; note++)
        {
            Assert.Equal(1, await service.AddAsync($"after {note}"));
        }
    }

    [Fact]
    public void A_file_that_may_only_be_read_is_a_failure_of_the_database() =>
        Assert.True(new DbUpdateException("", new SqliteException("attempt to write a readonly database", 8)).IsDatabaseFailure());

    [Fact]
    public async Task Health_is_degraded_while_another_program_holds_the_file_and_told_once()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var service = await NotesService.StartAsync(database.Settings, time: time);
        await using (var other = new SqliteConnection(database.ConnectionString))
        {
            await other.OpenAsync(Cancellation);
            await using var held = other.BeginTransaction(deferred: false);
            for (var probe = 0; probe < 3; probe++)
            {
                Assert.Equal("Degraded", await HealthAsync(service));
            }

            time.Advance(DatabaseWriteCheck<NotesDbContext>.Pause);
            Assert.Equal("Degraded", await HealthAsync(service));
        }

        time.Advance(DatabaseWriteCheck<NotesDbContext>.Pause);
        Assert.Equal("Healthy", await HealthAsync(service));
        Assert.Equal(1, Lines(service, "Information ", "Health is Degraded from now on. database-writes: Nothing can be written to the database"));
        Assert.Equal(1, Lines(service, "Information ", "Health is Healthy again."));
    }

    [Fact]
    public async Task Health_is_degraded_while_the_server_only_reads()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var server = await PostgreSqlServer.GetAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var service = await NotesService.StartAsync(database.Settings, time: time);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        Assert.Equal("Healthy", await HealthAsync(service));

        await server.ExecuteAsync($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await NewSessionsAsync();
        Assert.Equal("Degraded", await HealthAsync(service));
        Assert.Equal(1, Lines(service, "Information ", "Health is Degraded from now on. database-writes: Nothing can be written to the database: the server only reads."));

        await server.ExecuteAsync($"ALTER DATABASE {name} SET default_transaction_read_only = off");
        await NewSessionsAsync();
        Assert.Equal("Healthy", await HealthAsync(service));

        async Task NewSessionsAsync()
        {
            NpgsqlConnection.ClearAllPools();
            time.Advance(DatabaseWriteCheck<NotesDbContext>.Pause);
        }
    }

    [Theory]
    [InlineData(13, "Make room")]
    [InlineData(11, "docs/operations/backup.md")]
    [InlineData(26, "docs/operations/backup.md")]
    [InlineData(8, "may write")]
    [InlineData(14, "may write")]
    [InlineData(5, "Another program")]
    public async Task What_an_operator_can_do_about_a_file_that_does_not_open_depends_on_why(int code, string advice)
    {
        await using var context = new SqliteNotesDbContext(
            new DbContextOptionsBuilder<SqliteNotesDbContext>().UseSqlite("Data Source=notes.db").Options);

        Assert.Contains(advice, MigratedDatabase.Of(context, TimeProvider.System).Advice(new SqliteException("", code)), StringComparison.Ordinal);
    }

    private static async Task<string> HealthAsync(NotesService service)
    {
        using var response = await service.Running.Client.GetAsync("/health", Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private static int Lines(NotesService service, string level, string text) => service.Running.Logs.Lines.Count(line =>
        line.StartsWith(level, StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal));

    /// <summary>What a service does while the file system is read-only: SQLite falls back to reading, and the pool keeps the handle.</summary>
    [SupportedOSPlatform("linux")]
    private static void PutReadOnlyHandlesIntoPool(string connectionString, int count)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        var folder = Path.GetDirectoryName(file)!;
        using (var pooled = new SqliteConnection(connectionString))
        {
            SqliteConnection.ClearPool(pooled);
        }

        var (mode, folderMode) = (File.GetUnixFileMode(file), File.GetUnixFileMode(folder));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(folder, folderMode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        // Modes do not bind root: to the files this thread is somebody else for a moment.
        var user = setfsuid(Nobody);
        var handles = Enumerable.Range(0, count).Select(_ => new SqliteConnection(connectionString)).ToList();
        try
        {
            handles.ForEach(handle => handle.Open());
        }
        finally
        {
            _ = setfsuid((uint)user);
            File.SetUnixFileMode(folder, folderMode);
            File.SetUnixFileMode(file, mode);
        }

        Assert.All(handles, handle => Assert.Equal(1, SQLitePCL.raw.sqlite3_db_readonly(handle.Handle, "main")));
        handles.ForEach(handle => handle.Dispose());
    }

    private const uint Nobody = 65534;

#pragma warning disable SYSLIB1054, CA5392, IDE1006 // A call into the C library of Linux, by its own name.
    [DllImport("libc")]
    private static extern int setfsuid(uint user);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
