using System.Security.Cryptography;

using B2BAssertions.Benchmarks.Isolation;
using B2BAssertions.Benchmarks.Rotations;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;
using B2BAssertions.Standalone;
using B2BAssertions.Standalone.Processes;

using Microsoft.Data.Sqlite;

using Npgsql;

namespace B2BAssertions.Benchmarks.Faults;

/// <summary>
/// Two replicas each of registry, authorization server and API, as processes on free ports of loopback. They share a SQLite file for each
/// service, or with <see cref="IsolatedSystem.PostgreSqlVariable"/> a database on that server, which they reach through <see cref="Way"/>.
/// </summary>
internal sealed class ReplicatedSystem : IAsyncDisposable
{
    public const int Replicas = 2;

    private const string Unlimited = "1000000";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("b2bassertions-faults-");
    private readonly DataFolder _data;
    private readonly Standalone.Processes.HealthProbe _probe = new(StartLimit, TimeProvider.System);
    private readonly Dictionary<string, ServiceProcess> _running = [];
    private readonly List<ServicePlan> _plans = [];
    private readonly Dictionary<string, string> _databases = [];
    private readonly NpgsqlConnectionStringBuilder? _server =
        Environment.GetEnvironmentVariable(IsolatedSystem.PostgreSqlVariable) is { } server ? new(server) : null;

    private ReplicatedSystem()
    {
        _data = DataFolder.Open(_folder.FullName);
        Way = _server is null ? null : new TcpRelay(_server.Host!, _server.Port);
    }

    public static string[] Services { get; } = [ServiceNames.JwksService, ServiceNames.AuthorizationServer, ServiceNames.OrdersApi];

    public LoadClient Partner { get; } = new("partner-under-faults", "read write", SigningKey.From(RSA.Create(2048)));

    /// <summary>To PostgreSQL; null with SQLite.</summary>
    public TcpRelay? Way { get; }

    public string Database => _server is null ? "SQLite" : "PostgreSQL";

    public string Issuer => AddressesOf(ServiceNames.AuthorizationServer)[0];

    public static async Task<ReplicatedSystem> StartAsync()
    {
        var system = new ReplicatedSystem();
        try
        {
            await system.PlanAsync();
            // The first of each makes the database; the second finds it.
            foreach (var replica in Enumerable.Range(0, Replicas))
            {
                await system.StartAsync(Services.Select(service => NameOf(service, replica)));
            }

            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public static string NameOf(string service, int replica) => replica == 0 ? service : $"{service}-{replica + 1}";

    public string[] AddressesOf(string service) =>
        [.. Enumerable.Range(0, Replicas).Select(replica => _plans.Single(plan => plan.Name == NameOf(service, replica)).Address)];

    public async Task StartAsync(IEnumerable<string> names)
    {
        List<ServiceProcess> started = [];
        foreach (var name in names)
        {
            started.Add(_running[name] = ServiceProcess.Start(_plans.Single(plan => plan.Name == name), _data.Logs));
        }

        await Task.WhenAll(started.Select(service => _probe.WaitUntilHealthyAsync(service, CancellationToken.None)));
    }

    /// <summary>As with kill -9.</summary>
    public async Task KillAsync(IEnumerable<string> names)
    {
        var killed = names.Where(_running.ContainsKey).Select(name => _running[name]).ToList();
        killed.ForEach(service => service.Kill());
        await Task.WhenAll(killed.Select(service => service.Ended));
        foreach (var service in killed)
        {
            _running.Remove(service.Plan.Name);
            service.Dispose();
        }
    }

    /// <summary>The SQLite file of a service, locked as another program's transaction locks it.</summary>
    public async Task<IAsyncDisposable> LockAsync(string service)
    {
        var connection = new SqliteConnection($"{_databases[service]};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>A backup of the service's database, as docs/operations/backup.md has it made while the service runs.</summary>
    public async Task<string> BackUpAsync(string service)
    {
        if (_server is null)
        {
            var backup = Path.Combine(_folder.FullName, $"{service}.backup");
            await using var source = new SqliteConnection(_databases[service]);
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
            var file = new SqliteConnectionStringBuilder(_databases[service]).DataSource;
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
        await KillAsync([.. _running.Keys]);
        _probe.Dispose();
        _data.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        if (Way is not null)
        {
            await Way.DisposeAsync();
            foreach (var service in _databases.Keys)
            {
                await ExecuteAsync($"DROP DATABASE IF EXISTS {NameIn(service)} WITH (FORCE)");
                await ExecuteAsync($"DROP DATABASE IF EXISTS {NameIn(service)}_backup WITH (FORCE)");
            }
        }
    }

    private async Task PlanAsync()
    {
        var first = SystemPlan.Create(RotatingSystem.FreePorts(), _data);
        var others = RotatingSystem.FreePorts();
        foreach (var plan in first.Servers)
        {
            var settings = await SettingsOfAsync(plan.Name);
            _plans.Add(RotatingSystem.With(plan, settings));
            var port = plan.Name switch
            {
                ServiceNames.JwksService => others.JwksService,
                ServiceNames.AuthorizationServer => others.AuthorizationServer,
                _ => others.OrdersApi,
            };
            var name = NameOf(plan.Name, 1);
            var second = RotatingSystem.With(plan, settings) with { Name = name, Port = port };
            _plans.Add(RotatingSystem.With(second, new Dictionary<string, string>
            {
                [SettingNames.DataDirectory] = _data.Of(name),
                ["ASPNETCORE_URLS"] = second.Address,
            }));
        }
    }

    private async Task<Dictionary<string, string>> SettingsOfAsync(string service)
    {
        Dictionary<string, string> settings = service == ServiceNames.AuthorizationServer
            ? new(IsolatedSystem.ClientSettings(IsolatedSystem.FirstOwnClient, Partner))
            {
                ["AuthorizationServer:RateLimits:RequestsPerMinuteAndAddress"] = Unlimited,
                ["AuthorizationServer:RateLimits:RequestsPerMinuteAndClient"] = Unlimited,
                ["AuthorizationServer:RateLimits:FailuresPerMinuteAndAddress"] = Unlimited,
                ["AuthorizationServer:RateLimits:FailuresPerMinuteAndClient"] = Unlimited,
            }
            : [];
        settings["OrdersApi:WritesPerMinuteAndPartner"] = Unlimited;
        settings["OrdersApi:ReadsPerMinuteAndPartner"] = Unlimited;
        if (_server is null)
        {
            Directory.CreateDirectory(_data.Of(service));
            _databases[service] = new SqliteConnectionStringBuilder { DataSource = Path.Combine(_data.Of(service), "database.db") }.ToString();
        }
        else
        {
            var name = $"faults_{Guid.NewGuid():N}";
            await ExecuteAsync($"CREATE DATABASE {name}");
            _databases[service] = new NpgsqlConnectionStringBuilder(_server.ToString()) { Host = "127.0.0.1", Port = Way!.Port, Database = name }.ToString();
            settings["Database:Provider"] = "postgresql";
        }

        settings["ConnectionStrings:Database"] = _databases[service];
        return settings;
    }

    private string NameIn(string service) => new NpgsqlConnectionStringBuilder(_databases[service]).Database!;

    /// <param name="sql">Of names that were made here.</param>
    private async Task ExecuteAsync(string sql)
    {
        await using var server = NpgsqlDataSource.Create(_server!.ToString());
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
