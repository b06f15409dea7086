using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting.Databases;

using DotNet.Testcontainers.Builders;

using Npgsql;

using Testcontainers.PostgreSql;

using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace B2BAssertions.IntegrationTests.Hosting.Databases;

/// <summary>One PostgreSQL server for the whole run: a container that starts with the first test that needs it.</summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string ImageVariable = "B2B_TEST_POSTGRES_IMAGE";
    private const string DefaultImage = "postgres:17";

    private readonly Lazy<Task<PostgreSqlContainer>> _container = new(StartAsync);
    private int _databases;

    /// <summary>The server of this run; the test is skipped, or fails, where no Docker engine answers.</summary>
    internal static async Task<PostgreSqlServer> GetAsync()
    {
        var server = await TestContext.Current.GetFixture<PostgreSqlServer>()
            ?? throw new InvalidOperationException("The server is no fixture of this run.");
        try
        {
            await server._container.Value;
        }
        catch (DockerUnavailableException exception)
        {
            DockerGate.Refuse(exception.Message);
        }

        return server;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>The connection string of its owner.</returns>
    internal async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0");
        var connection = new NpgsqlConnectionStringBuilder((await _container.Value).GetConnectionString()) { Database = name };
        return connection.ToString();
    }

    internal Task DropDatabaseAsync(string connectionString) => ExecuteAsync($"DROP DATABASE {NameIn(connectionString)} WITH (FORCE)");

    /// <summary>Ends all connections to the database and lets nobody connect again.</summary>
    internal async Task RefuseConnectionsAsync(string connectionString)
    {
        var name = NameIn(connectionString);
        await ExecuteAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await ExecuteAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");
    }

    internal Task AllowConnectionsAsync(string connectionString) =>
        ExecuteAsync($"ALTER DATABASE {NameIn(connectionString)} ALLOW_CONNECTIONS true");

    /// <summary>Runs a statement as the superuser, outside the test's own database.</summary>
    internal async Task<object?> ExecuteAsync(string sql)
    {
        var connection = new NpgsqlConnectionStringBuilder((await _container.Value).GetConnectionString()) { Database = "postgres" };
        await using var session = new NpgsqlConnection(connection.ToString());
        await session.OpenAsync();
        await using var command = session.CreateCommand();
        // Made of names that these classes made up.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _container.Value).DisposeAsync();
        }
    }

    private static string NameIn(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private static async Task<PostgreSqlContainer> StartAsync()
    {
        var image = Environment.GetEnvironmentVariable(ImageVariable) is { Length: > 0 } named ? named : DefaultImage;
        var container = new PostgreSqlBuilder(image)
            .WithPassword(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)))
            // Tests run in parallel, each with services that keep connections in their pools. No test needs what it wrote after a power cut.
            .WithCommand("-c", "max_connections=500", "-c", "fsync=off", "-c", "full_page_writes=off")
            .Build();
        await container.StartAsync();
        return container;
    }
}
