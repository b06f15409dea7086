using B2BAssertions.Benchmarks.Isolation;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.Data.Sqlite;

using Npgsql;

namespace B2BAssertions.Benchmarks.Faults;

/// <summary>
/// What the replicas of a service share: a SQLite file, or with <see cref="IsolatedSystem.PostgreSqlVariable"/> a new database on that server,
/// which they reach through <see cref="Way"/>.
/// </summary>
internal sealed class ReplicatedDatabases : IAsyncDisposable
{
    private const int MostConnections = 1000;

    private readonly string _folder;
    private readonly Dictionary<string, string> _connections = [];
    private readonly NpgsqlConnectionStringBuilder? _server =
        Environment.GetEnvironmentVariable(IsolatedSystem.PostgreSqlVariable) is { } server ? new(server) : null;

    /// <param name="folder">For backups of SQLite files.</param>
    public ReplicatedDatabases(string folder)
    {
        _folder = folder;
        Way = _server is null ? null : new TcpRelay(_server.Host!, _server.Port);
        SmallDisk = _server is null && new DriveInfo(folder).TotalSize <= SmallDisk.MostBytes ? new SmallDisk(folder) : null;
    }

    /// <summary>To PostgreSQL; null with SQLite.</summary>
    public TcpRelay? Way { get; }

    /// <summary>What the SQLite files lie on; null with PostgreSQL, and on a disk that is too large to be filled.</summary>
    public SmallDisk? SmallDisk { get; }

    public string Name => _server is null ? "SQLite" : "PostgreSQL";

    /// <returns>The settings that lead every replica of the service to it.</returns>
    public async Task<Dictionary<string, string>> CreateAsync(string service, string dataDirectory)
    {
        var settings = new Dictionary<string, string>();
        if (_server is null)
        {
            Directory.CreateDirectory(dataDirectory);
            _connections[service] = new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataDirectory, "database.db") }.ToString();
        }
        else
        {
            var name = $"faults_{Guid.NewGuid():N}";
            await ExecuteAsync($"CREATE DATABASE {name}");
            _connections[service] = new NpgsqlConnectionStringBuilder(_server.ToString()) { Host = "127.0.0.1", Port = Way!.Port, Database = name }.ToString();
            settings["Database:Provider"] = "postgresql";
        }

        settings["ConnectionStrings:Database"] = _connections[service];
        return settings;
    }

    /// <summary>The SQLite file of a service, locked as another program's transaction locks it.</summary>
    public async Task<IAsyncDisposable> LockAsync(string service)
    {
        var connection = new SqliteConnection($"{_connections[service]};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Those of a superuser too: the server answers nobody who comes now.</summary>
    public async Task<IAsyncDisposable> TakeConnectionsAsync()
    {
        var held = new HeldConnections();
        var unpooled = new NpgsqlConnectionStringBuilder(_server!.ToString()) { Pooling = false }.ToString();
        try
        {
            while (held.Connections.Count < MostConnections)
            {
                var connection = new NpgsqlConnection(unpooled);
                await connection.OpenAsync();
                held.Connections.Add(connection);
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
        {
        }

        return held;
    }

    /// <summary>A backup of the service's database, as docs/operations/backup.md has it made while the service runs.</summary>
    public async Task<string> BackUpAsync(string service)
    {
        if (_server is null)
        {
            var backup = Path.Combine(_folder, $"{service}.backup");
            await using var source = new SqliteConnection(_connections[service]);
            await using var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = backup, Pooling = false }.ToString());
            await source.OpenAsync();
            await target.OpenAsync();
            source.BackupDatabase(target);
            return backup;
        }

        var name = NameIn(service);
        await ExecuteAsync($"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false");
        await ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        await ExecuteAsync($"CREATE DATABASE {name}_backup TEMPLATE {name}");
        await ExecuteAsync($"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true");
        return $"{name}_backup";
    }

    /// <summary>Puts a backup in the place of the database of a service that is stopped.</summary>
    public async Task RestoreAsync(string service, string backup)
    {
        if (_server is null)
        {
            SqliteConnection.ClearAllPools();
            var file = new SqliteConnectionStringBuilder(_connections[service]).DataSource;
            File.Delete($"{file}-wal");
            File.Delete($"{file}-shm");
            File.Copy(backup, file, overwrite: true);
            return;
        }

        await ExecuteAsync($"DROP DATABASE {NameIn(service)} WITH (FORCE)");
        await ExecuteAsync($"ALTER DATABASE {backup} RENAME TO {NameIn(service)}");
    }

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        if (Way is not null)
        {
            await Way.DisposeAsync();
            foreach (var service in _connections.Keys)
            {
                await ExecuteAsync($"DROP DATABASE IF EXISTS {NameIn(service)} WITH (FORCE)");
                await ExecuteAsync($"DROP DATABASE IF EXISTS {NameIn(service)}_backup WITH (FORCE)");
            }
        }
    }

    private string NameIn(string service) => new NpgsqlConnectionStringBuilder(_connections[service]).Database!;

    private Task ExecuteAsync(string sql) => IsolatedSystem.ExecuteAsync(_server!.ToString(), sql);

    private sealed class HeldConnections : IAsyncDisposable
    {
        public List<NpgsqlConnection> Connections { get; } = [];

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in Connections)
            {
                await connection.DisposeAsync();
            }
        }
    }
}

/// <summary>A file system that a run can fill, such as a tmpfs that <c>TMPDIR</c> names.</summary>
internal sealed class SmallDisk(string folder)
{
    public const long MostBytes = 1L << 30;

    private readonly string _ballast = Path.Combine(folder, "ballast");

    /// <summary>To the last byte.</summary>
    public async Task FillAsync()
    {
        await using var file = new FileStream(_ballast, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var block = new byte[1 << 20]; block.Length > 0;)
        {
            try
            {
                await file.WriteAsync(block);
            }
            catch (IOException)
            {
                block = new byte[block.Length / 2];
            }
        }
    }

    public void Free() => File.Delete(_ballast);
}
