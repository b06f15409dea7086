using System.Globalization;

using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>What every service with a database does alike: where it is, its migrations at start, its health check.</summary>
public static class ServiceDatabase
{
    /// <summary>Which database a service uses: <see cref="Sqlite"/> (the default) or <see cref="PostgreSql"/>.</summary>
    public const string ProviderSetting = "Database:Provider";

    public const string Sqlite = "sqlite";

    public const string PostgreSql = "postgresql";

    /// <summary>Connection string of a service's database; by default a SQLite file in the data directory, required for PostgreSQL.</summary>
    public const string ConnectionStringName = "Database";

    /// <summary>
    /// How many connections to PostgreSQL one replica has, at most; default 12, from 2 to 1,000. A <c>Maximum Pool Size</c> in the connection
    /// string wins. With one more for the health check, those of all replicas together must not be more than the server has: of
    /// PostgreSQL's default of 100 six replicas take 78.
    /// </summary>
    public const string MaxConnectionsSetting = "Database:MaxConnections";

    private const int DefaultMaxConnections = 12;

    private const int LeastMaxConnections = 2;

    private const int MostMaxConnections = 1000;

    /// <summary>How long a command on PostgreSQL may take, waiting for another writer of the same row included, in seconds.</summary>
    private const int CommandTimeoutSeconds = 10;

    private static readonly ReadOnlyHandles OnlyWritableHandles = new();

    /// <summary>
    /// Each provider has migrations of its own: <typeparamref name="TSqlite"/> and <typeparamref name="TPostgreSql"/> carry theirs, everything
    /// else uses <typeparamref name="TContext"/>. Contexts are pooled: making one costs more memory than most queries, so they hold no state.
    /// </summary>
    /// <param name="whenUnreachable">
    /// What <c>/health</c> says of the service while its database cannot be reached; null for a service with a check of its own.
    /// </param>
    /// <param name="whenReadOnly">What it says while nothing can be written to the database.</param>
    /// <exception cref="StartupException">The setting names another database.</exception>
    public static void AddServiceDatabase<TContext, TSqlite, TPostgreSql>(
        this WebApplicationBuilder builder,
        Action<DbContextOptionsBuilder>? configure = null,
        HealthStatus? whenUnreachable = HealthStatus.Unhealthy,
        HealthStatus whenReadOnly = HealthStatus.Degraded)
        where TContext : DbContext
        where TSqlite : TContext
        where TPostgreSql : TContext
    {
        var configuration = builder.Configuration;
        if (ProviderOf(builder) == DatabaseProvider.Sqlite)
        {
            builder.Services.AddDbContextPool<TContext, TSqlite>((services, options) => Complete(UseSqlite(options, configuration, services)));
        }
        else
        {
            var connection = PostgreSqlConnection(configuration);
            builder.Services.AddDbContextPool<TContext, TPostgreSql>(options => Complete(
                options.UseNpgsql(connection, postgreSql => postgreSql.CommandTimeout(CommandTimeoutSeconds))));
        }

        builder.AddStartAndHealth<TContext>(whenUnreachable, whenReadOnly);

        void Complete(DbContextOptionsBuilder options)
        {
            // Whether the migrations make the model is a test (SchemaTests); to compare them costs the first start as much as the migrations.
            options.ConfigureWarnings(warnings => DatabaseFailure.LeaveToCaller(warnings.Ignore(RelationalEventId.PendingModelChangesWarning)));
            configure?.Invoke(options);
        }
    }

    private static DatabaseProvider ProviderOf(WebApplicationBuilder builder) => builder.Configuration[ProviderSetting] switch
    {
        null or Sqlite => DatabaseProvider.Sqlite,
        PostgreSql => DatabaseProvider.PostgreSql,
        _ => throw new StartupException(
            $"{ProviderSetting} names no database that this service knows: expected '{Sqlite}' (the default) or '{PostgreSql}', "
            + "in small letters."),
    };

    private static string PostgreSqlConnection(ConfigurationManager configuration)
    {
        var connection = ConnectionStrings.ReadPostgreSql(configuration.GetConnectionString(ConnectionStringName));
        var stated = configuration[MaxConnectionsSetting];
        var maxConnections = DefaultMaxConnections;
        if (stated is not null
            && !(int.TryParse(stated, CultureInfo.InvariantCulture, out maxConnections)
                && maxConnections is >= LeastMaxConnections and <= MostMaxConnections))
        {
            throw new StartupException(
                $"{MaxConnectionsSetting} is '{stated}': expected {LeastMaxConnections} to {MostMaxConnections} connections of one replica.");
        }

        if (!connection.ShouldSerialize("Maximum Pool Size"))
        {
            connection.MaxPoolSize = maxConnections;
        }

        return connection.ToString();
    }

    private static void AddStartAndHealth<TContext>(
        this WebApplicationBuilder builder, HealthStatus? whenUnreachable, HealthStatus whenReadOnly)
        where TContext : DbContext
    {
        builder.Services.AddSingleton<DatabaseMigrator<TContext>>();
        builder.Services.AddSingleton<IDatabaseMigrator>(services => services.GetRequiredService<DatabaseMigrator<TContext>>());
        builder.Services.AddHostedService(services => services.GetRequiredService<DatabaseMigrator<TContext>>());
        builder.Services.AddSingleton<SqliteTurns>();
        builder.Services.AddSingleton<HealthConnection>();
        builder.Services.AddSingleton<DatabaseWriteCheck<TContext>>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseWriteCheck<TContext>>(DatabaseWriteCheck<TContext>.Name, whenReadOnly);
        if (whenUnreachable is { } status)
        {
            builder.Services.AddSingleton<DatabaseHealth<TContext>>();
            builder.Services.AddHealthChecks().AddCheck<DatabaseHealth<TContext>>("database", status);
        }
    }

    private static DbContextOptionsBuilder UseSqlite(DbContextOptionsBuilder options, IConfiguration configuration, IServiceProvider services)
    {
        var connection = configuration.GetConnectionString(ConnectionStringName)
            ?? new SqliteConnectionStringBuilder
            {
                DataSource = services.GetRequiredService<DataDirectory>().FileNamed("database.db"),
            }.ToString();
        return options.UseSqlite(connection, sqlite => sqlite.CommandTimeout(SqliteTurns.PatienceSeconds))
            .AddInterceptors(OnlyWritableHandles, services.GetRequiredService<SqliteTurns>());
    }
}
