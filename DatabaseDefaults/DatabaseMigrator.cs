using B2BAssertions.KeyFiles;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>Brings the database to the newest migration before the service answers its first request.</summary>
internal sealed class DatabaseMigrator<TContext>(IServiceScopeFactory scopes, TimeProvider time) : IDatabaseMigrator, IHostedLifecycleService
    where TContext : DbContext
{
    /// <summary>For the wait; a migration of much data may take its time.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(1);

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(TimeLimit);
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<TContext>();
        var database = MigratedDatabase.Of(context, time);
        try
        {
            await using var onlyMigrator = await database.LockAsync(limited.Token);
            // A role that may not change tables is enough where there is nothing to change.
            if ((await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            {
                await context.Database.MigrateAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartupException(
                $"{database.Description} was not brought up to date within {TimeLimit.TotalSeconds:0} s: another process holds it. "
                + "Stop that process.",
                exception);
        }
        catch (Exception exception) when (database.Advice(exception) is { } advice)
        {
            throw new StartupException(
                $"{database.Description} cannot be opened or brought up to date ({exception.Message}). {advice}",
                exception);
        }
    }

    /// <exception cref="StartupException">The database cannot be opened or migrated.</exception>
    public Task StartingAsync(CancellationToken cancellationToken) => MigrateAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
