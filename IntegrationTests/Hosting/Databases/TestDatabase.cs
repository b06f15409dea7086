using B2BAssertions.DatabaseDefaults;

using Microsoft.Data.Sqlite;

namespace B2BAssertions.IntegrationTests.Hosting.Databases;

/// <summary>An empty database of one test, of the provider that the test runs on; replicas of a service can share it.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private const string FileName = "database.db";
    private const string Away = ".away";

    private readonly TemporaryDirectory? _directory;
    private readonly PostgreSqlServer? _server;

    private TestDatabase(TemporaryDirectory directory)
    {
        _directory = directory;
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = directory.FileNamed(FileName) }.ToString();
        Settings = SettingsOf(ServiceDatabase.Sqlite, ConnectionString);
    }

    private TestDatabase(PostgreSqlServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
        Settings = SettingsOf(ServiceDatabase.PostgreSql, connectionString);
    }

    public string ConnectionString { get; }

    /// <summary>What a service must be told to use it.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>PostgreSQL needs a Docker engine: without one the calling test is skipped, or fails (<see cref="DockerGate"/>).</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider)
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            return new TestDatabase(new TemporaryDirectory());
        }

        var server = await PostgreSqlServer.GetAsync();
        return new TestDatabase(server, await server.CreateDatabaseAsync());
    }

    /// <summary>From now on nobody reaches the database; what it holds is kept.</summary>
    public async Task TakeAwayAsync()
    {
        if (_server is not null)
        {
            await _server.RefuseConnectionsAsync(ConnectionString);
            return;
        }

        // Idle connections hold the file open and would read it wherever it is moved, as no file can be read whose volume is gone. Then a
        // folder stands in its place, because SQLite would make a missing file anew: each new connection fails, at once.
        ClearPool();
        foreach (var file in Directory.GetFiles(_directory!.Path, $"{FileName}*"))
        {
            File.Move(file, file + Away);
        }

        Directory.CreateDirectory(_directory.FileNamed(FileName));
    }

    /// <summary>The database is there again as it was.</summary>
    public async Task BringBackAsync()
    {
        if (_server is not null)
        {
            await _server.AllowConnectionsAsync(ConnectionString);
            return;
        }

        Directory.Delete(_directory!.FileNamed(FileName));
        foreach (var file in Directory.GetFiles(_directory.Path, $"{FileName}*{Away}"))
        {
            // A connection that was in use when the database went may have made its shared memory anew beside it.
            File.Move(file, file[..^Away.Length], overwrite: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _directory?.Dispose();
        if (_server is not null)
        {
            await _server.DropDatabaseAsync(ConnectionString);
        }
    }

    private void ClearPool()
    {
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static Dictionary<string, string> SettingsOf(string provider, string connectionString) => new()
    {
        [ServiceDatabase.ProviderSetting] = provider,
        [$"ConnectionStrings:{ServiceDatabase.ConnectionStringName}"] = connectionString,
    };
}
