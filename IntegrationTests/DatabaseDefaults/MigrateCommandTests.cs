using System.Data.Common;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.ServiceDefaults;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;

using Npgsql;

using Xunit;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>The job that knows the role that owns the tables, so that the services need not.</summary>
public sealed class MigrateCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task The_database_is_brought_up_to_date_as_often_as_it_is_asked_for(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        Assert.Equal((0, ""), await MigrateAsync(AuthorizationServer.Program.Build, database.Settings));
        var tables = await CountTablesAsync(database);
        Assert.NotEqual(0, tables);
        Assert.Equal((0, ""), await MigrateAsync(AuthorizationServer.Program.Build, database.Settings));
        Assert.Equal(tables, await CountTablesAsync(database));
    }

    /// <summary>As a deployment's job types it, in the executable.</summary>
    [Theory]
    [InlineData("AuthorizationServer")]
    [InlineData("JwksService")]
    [InlineData("OrdersApi")]
    public async Task Every_service_with_a_database_has_the_command(string service)
    {
        var settings = service switch
        {
            "AuthorizationServer" => SystemSettings.ForAuthorizationServer(SystemAddresses.Default),
            "JwksService" => SystemSettings.ForJwksService(SystemAddresses.Default),
            _ => SystemSettings.ForOrdersApi(SystemAddresses.Default),
        };
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        settings[SettingNames.AllowHttp] = "true";
        settings[SettingNames.DataDirectory] = _directory.Path;

        var (exitCode, output) = await TypeAsync(service, settings.Concat(database.Settings), MigrateCommand.Name);

        Assert.True(exitCode == 0, output);
        Assert.NotEqual(0, await CountTablesAsync(database));
    }

    [Theory]
    [InlineData("AuthorizationServer")]
    [InlineData("JwksService")]
    [InlineData("OrdersApi")]
    [InlineData("PartnerClient")]
    public async Task Every_service_asks_itself_for_its_health_and_refuses_a_misspelt_command(string service)
    {
        using var nobody = new ReservedAddress();

        var (exitCode, _) = await TypeAsync(service, [KeyValuePair.Create("ASPNETCORE_URLS", nobody.Address)], HealthProbe.Name);
        Assert.Equal(1, exitCode);

        (exitCode, var output) = await TypeAsync(service, [], "migrat");
        Assert.Equal(2, exitCode);
        Assert.Contains("migrat", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_keeps_it_from_migrating_is_one_sentence_that_names_the_setting()
    {
        var (exitCode, error) = await MigrateAsync(
            AuthorizationServer.Program.Build,
            new Dictionary<string, string> { [ServiceDatabase.ProviderSetting] = ServiceDatabase.PostgreSql });

        Assert.Equal(1, exitCode);
        Assert.StartsWith("ConnectionStrings:Database is missing", error, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> TypeAsync(
        string service, IEnumerable<KeyValuePair<string, string>> settings, string command)
    {
        var environment = settings.ToDictionary(setting => SettingNames.ToEnvironmentVariable(setting.Key), setting => setting.Value);
        environment["DOTNET_ROOT"] = BuiltExecutable.RuntimeRoot;
        var run = await Tool.RunAsync(BuiltExecutable.Of(service), _directory.Path, [command], environment: environment);
        return (run.ExitCode, run.Output + run.Errors);
    }

    private static async Task<long> CountTablesAsync(TestDatabase database)
    {
        var isSqlite = database.Settings[ServiceDatabase.ProviderSetting] == ServiceDatabase.Sqlite;
        await using DbConnection connection = isSqlite ? new SqliteConnection(database.ConnectionString) : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = isSqlite
            ? "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
            : "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private async Task<(int ExitCode, string Error)> MigrateAsync(BuildService build, IReadOnlyDictionary<string, string> settings)
    {
        await using var error = new StringWriter();
        var exitCode = await MigrateCommand.RunAsync(
            () => build([], builder =>
            {
                builder.Configuration.AddInMemoryCollection(settings!);
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { [SettingNames.DataDirectory] = _directory.Path });
            }),
            error,
            TestContext.Current.CancellationToken);
        return (exitCode, error.ToString());
    }
}
