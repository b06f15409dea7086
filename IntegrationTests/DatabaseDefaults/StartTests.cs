using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.KeyFiles;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

using Npgsql;

using Xunit;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>What is wrong with a database stops the service at start, with a sentence for its operator and without a secret.</summary>
public sealed class StartTests
{
    private const string Password = "wrong-and-still-secret";

    [Theory]
    [InlineData("PostgreSQL")]
    [InlineData("sqlserver")]
    [InlineData("")]
    public async Task A_provider_that_is_not_known_is_said_so(string provider) => await AssertStopsAsync(
        new() { [ServiceDatabase.ProviderSetting] = provider },
        "Database:Provider", "expected 'sqlite' (the default) or 'postgresql'");

    [Theory]
    [InlineData("")]
    [InlineData($"Password={Password}")]
    [InlineData($"Host=localhost;Password={Password}")]
    [InlineData($"Host=localhost;Database=notes;Passwort={Password}")]
    [InlineData($"Host=localhost;Database=notes;Password=a;{Password}")]
    [InlineData($"Host=localhost;Database=notes;Port={Password}")]
    [InlineData($"postgresql://notes:{Password}@localhost/notes")]
    public async Task A_connection_string_that_names_no_server_and_database_is_not_shown(string connectionString) => await AssertStopsAsync(
        PostgreSql(connectionString), "ConnectionStrings:Database", "expects 'Host=SERVER;Database=NAME;");

    [Fact]
    public async Task PostgreSql_without_a_connection_string_is_said_so() => await AssertStopsAsync(
        new() { [ServiceDatabase.ProviderSetting] = ServiceDatabase.PostgreSql }, "ConnectionStrings:Database is missing");

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("1001")]
    [InlineData("many")]
    public async Task A_number_of_connections_that_is_none_is_said_so(string connections) => await AssertStopsAsync(
        new(PostgreSql("Host=localhost;Database=notes")) { [ServiceDatabase.MaxConnectionsSetting] = connections },
        $"Database:MaxConnections is '{connections}': expected 2 to 1000");

    [Theory]
    [InlineData("", null, 12)]
    [InlineData("", "7", 7)]
    [InlineData(";Maximum Pool Size=5", "7", 5)]
    public async Task A_replica_has_as_many_connections_as_its_settings_say(string inString, string? setting, int expected)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var settings = PostgreSql(database.ConnectionString + inString);
        if (setting is not null)
        {
            settings[ServiceDatabase.MaxConnectionsSetting] = setting;
        }

        await using var service = await NotesService.StartAsync(settings);

        var used = await service.QueryAsync(context => Task.FromResult(context.Database.GetConnectionString()));
        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(used).MaxPoolSize);
    }

    [Theory]
    [InlineData($"Host=localhost;Database=notes;Password={Password}")]
    [InlineData("")]
    public async Task A_connection_string_that_names_no_SQLite_file_is_not_shown(string connectionString) => await AssertStopsAsync(
        new() { ["ConnectionStrings:Database"] = connectionString },
        "ConnectionStrings:Database", "expected 'Data Source=FILE'", "set Database:Provider to 'postgresql'");

    [Fact]
    public async Task A_wrong_password_is_said_so_and_not_shown()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var wrong = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = Password };

        await AssertStopsAsync(
            PostgreSql(wrong.ToString()), $"'{wrong.Database}' at '{wrong.Host}:{wrong.Port}'", "28P01", "Check user and password");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said_so()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var missing = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "no_such" };

        await AssertStopsAsync(PostgreSql(missing.ToString()), "'no_such'", "Create it");
    }

    /// <summary>The clock jumps ahead each time it is read, so the service does not wait for the server to come.</summary>
    [Fact]
    public async Task A_server_that_cannot_be_reached_is_said_so()
    {
        using var nobody = new ReservedAddress();
        var port = new Uri(nobody.Address).Port;
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMinutes(1) };

        await AssertStopsAsync(
            PostgreSql($"Host=127.0.0.1;Port={port};Database=notes;Password={Password}"), time,
            $"'notes' at '127.0.0.1:{port}'", "Check that the server runs");
    }

    [Fact]
    public async Task A_server_that_is_starting_up_is_waited_for()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        using var starting = new StartingServer(database.ConnectionString, refusals: 2);

        await using var service = await NotesService.StartAsync(PostgreSql(starting.ConnectionString));

        Assert.Equal(1, await service.AddAsync("it came"));
        Assert.True(starting.HasRefused);
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy, 503)]
    [InlineData(HealthStatus.Degraded, 200)]
    public async Task A_service_says_how_much_it_can_do_without_its_database(HealthStatus whenUnreachable, int status)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var server = await PostgreSqlServer.GetAsync();
        await using var service = await NotesService.StartAsync(database.Settings, whenUnreachable);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        Assert.Equal((200, "Healthy"), await HealthAsync(service));

        await server.ExecuteAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await server.ExecuteAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");

        Assert.Equal((status, whenUnreachable.ToString()), await HealthAsync(service));
    }

    [Fact]
    public async Task The_password_is_in_no_log_line()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var password = new NpgsqlConnectionStringBuilder(database.ConnectionString).Password!;

        await using var service = await NotesService.StartAsync(database.Settings);
        await service.AddAsync("a note");

        Assert.Contains(service.Running.Logs.Lines, line => line.Contains("CREATE TABLE \"Notes\"", StringComparison.Ordinal));
        Assert.DoesNotContain(service.Running.Logs.Lines, line => line.Contains(password, StringComparison.Ordinal));
    }

    private static Dictionary<string, string> PostgreSql(string connectionString) => new()
    {
        [ServiceDatabase.ProviderSetting] = ServiceDatabase.PostgreSql,
        ["ConnectionStrings:Database"] = connectionString,
    };

    private static Task AssertStopsAsync(Dictionary<string, string> settings, params string[] says) =>
        AssertStopsAsync(settings, TimeProvider.System, says);

    private static async Task AssertStopsAsync(Dictionary<string, string> settings, TimeProvider time, params string[] says)
    {
        var fault = await Assert.ThrowsAsync<StartupException>(() => NotesService.StartAsync(settings, time: time));
        Assert.All(says, text => Assert.Contains(text, fault.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Password, fault.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Text)> HealthAsync(NotesService service)
    {
        using var response = await service.Running.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
