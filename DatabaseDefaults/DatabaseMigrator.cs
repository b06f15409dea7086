using B2BAssertions.ServiceDefaults;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>Brings the database to the newest migration before the service answers its first request.</summary>
internal sealed class DatabaseMigrator<TContext>(IServiceScopeFactory scopes) : IHostedLifecycleService
    where TContext : DbContext
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(1);

    /// <exception cref="StartupException">The database cannot be opened or migrated.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(TimeLimit);
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TContext>().Database;
        var file = DatabaseFile(database.GetConnectionString());
        try
        {
            using var onlyMigrator = await MigrationLock.TakeAsync(file, database, limited.Token);
            // Readers and the writer do not block each other; the file keeps the mode. EF Core sets it only on files it makes itself.
            await database.ExecuteSqlAsync($"PRAGMA journal_mode = 'wal'", limited.Token);
            await database.MigrateAsync(limited.Token);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The database '{file}' cannot be opened or brought up to date ({exception.Message}). "
                + "Check that this user may write to the file and its folder, and that the file is a SQLite database of this service.",
                exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartupException(
                $"The database '{file}' was not brought up to date within {TimeLimit.TotalSeconds:0} s: another process holds it. Stop that process.",
                exception);
        }
    }

    private static string DatabaseFile(string? connectionString)
    {
        try
        {
            return new SqliteConnectionStringBuilder(connectionString).DataSource is { Length: > 0 } file
                ? file
                : throw new ArgumentException("It names no Data Source.");
        }
        catch (ArgumentException exception)
        {
            // Not its value: a connection string may hold a password.
            throw new StartupException(
                $"ConnectionStrings:{ServiceDatabase.ConnectionStringName} is no SQLite connection string: expected 'Data Source=FILE'.",
                exception);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
