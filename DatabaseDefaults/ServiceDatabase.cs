using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>What every service with a database does alike: where it is, its migrations at start, its health check.</summary>
public static class ServiceDatabase
{
    /// <summary>Connection string of a service's database; by default a SQLite file in the data directory.</summary>
    public const string ConnectionStringName = "Database";

    /// <summary>How long a command waits for another writer of the same SQLite file, in seconds.</summary>
    private const int CommandTimeoutSeconds = 10;

    public static void AddServiceDatabase<TContext>(
        this WebApplicationBuilder builder,
        Action<DbContextOptionsBuilder>? configure = null)
        where TContext : DbContext
    {
        builder.Services.AddDbContext<TContext>((services, options) =>
        {
            options.UseSqlite(
                ConnectionString(builder.Configuration, services.GetRequiredService<DataDirectory>()),
                sqlite => sqlite.CommandTimeout(CommandTimeoutSeconds));
            configure?.Invoke(options);
        });
        builder.Services.AddHostedService<DatabaseMigrator<TContext>>();
        builder.Services.AddHealthChecks().AddDbContextCheck<TContext>("database");
    }

    private static string ConnectionString(IConfiguration configuration, DataDirectory directory) =>
        configuration.GetConnectionString(ConnectionStringName)
        ?? new SqliteConnectionStringBuilder { DataSource = directory.FileNamed("database.db") }.ToString();
}
