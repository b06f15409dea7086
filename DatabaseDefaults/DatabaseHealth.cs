using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

using Npgsql;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>
/// Whether the database answers. Asked on PostgreSQL over a connection of its own: requests that use up the pool must not make a load
/// balancer take the replica out. <c>/health</c> is open to anyone, so all who ask at the same time share one question.
/// </summary>
internal sealed class DatabaseHealth<TContext>(IServiceScopeFactory scopes, HealthConnection own) : IHealthCheck
    where TContext : DbContext
{
    private readonly Lock _lock = new();
    private Task<string?> _asking = Task.FromResult<string?>(null);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Task<string?> asking;
        lock (_lock)
        {
            asking = _asking.IsCompleted ? _asking = Task.Run(AskAsync, CancellationToken.None) : _asking;
        }

        return await asking.WaitAsync(cancellationToken) is { } failure
            ? new HealthCheckResult(context.Registration.FailureStatus, $"The database does not answer: {failure}")
            : HealthCheckResult.Healthy();
    }

    /// <returns>What went wrong.</returns>
    private async Task<string?> AskAsync()
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var database = scope.ServiceProvider.GetRequiredService<TContext>().Database;
            if (!database.IsNpgsql())
            {
                return await database.CanConnectAsync() ? null : "The file cannot be opened.";
            }

            await own.AskAsync(database, "SELECT 1", CancellationToken.None);
            return null;
        }
        catch (Exception exception) when (exception.ComesFromDatabase())
        {
            return exception.GetBaseException().Message;
        }
    }
}

/// <summary>The connection to PostgreSQL of a service's health checks: a pool of one, which is never emptied.</summary>
internal sealed class HealthConnection : IAsyncDisposable
{
    private const int TimeLimitSeconds = 5;

    private string? _connection;

    /// <returns>The first value of the answer.</returns>
    public async Task<object?> AskAsync(DatabaseFacade database, string sql, CancellationToken cancellationToken)
    {
        // Another connection string is another pool. The server may have no connection left when this one is needed.
        _connection ??= new NpgsqlConnectionStringBuilder(database.GetConnectionString())
        {
            MinPoolSize = 1,
            MaxPoolSize = 1,
            Timeout = TimeLimitSeconds,
            CommandTimeout = TimeLimitSeconds,
        }.ToString();
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await using var connection = new NpgsqlConnection(_connection);
            NpgsqlConnection.ClearPool(connection);
        }
    }
}
