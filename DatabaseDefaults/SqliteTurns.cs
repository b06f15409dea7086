using System.Data.Common;
using System.Diagnostics;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

using SQLitePCL;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>
/// Who writes to the SQLite file next. Microsoft.Data.Sqlite waits for a locked file by putting its thread to sleep, 150 ms at a time, so
/// requests that wait for each other, or for a file that another program has locked, would take every thread of the process. Here they wait
/// without one, in the order in which they came: only the one whose turn it is waits for another program's lock. The turn of a transaction ends
/// with it. Readers need no turn: with a write-ahead log they wait for nobody.
/// </summary>
internal sealed class SqliteTurns : DbCommandInterceptor, IDbTransactionInterceptor, IDbConnectionInterceptor, IDisposable
{
    /// <summary>For one's turn, and as long again, in the turn, for another program's lock.</summary>
    public const int PatienceSeconds = 2;

    private readonly SemaphoreSlim _turn = new(1, 1);

    private volatile Holder? _holder;

    private long _lockedAt;

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection,
        TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default) =>
        InterceptionResult<DbTransaction>.SuppressWithResult(
            await InTurnAsync(eventData.ConnectionId, () => connection.BeginTransaction(eventData.IsolationLevel), cancellationToken));

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        EndTurnAsync(eventData.ConnectionId);

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        EndTurnAsync(eventData.ConnectionId);

    /// <summary>A transaction that is only disposed of ends with its connection, at the latest.</summary>
    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData) => EndTurnAsync(eventData.ConnectionId);

    public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => EndTurn(eventData.ConnectionId);

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        NeedsTurn(command, eventData)
            ? InterceptionResult<DbDataReader>.SuppressWithResult(
                await InTurnAsync(eventData.ConnectionId, command.ExecuteReader, cancellationToken))
            : result;

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (!NeedsTurn(command, eventData))
        {
            return result;
        }

        var changed = await InTurnAsync(eventData.ConnectionId, command.ExecuteNonQuery, cancellationToken);
        EndTurn(eventData.ConnectionId);
        return InterceptionResult<int>.SuppressWithResult(changed);
    }

    public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        if (!NeedsTurn(command, eventData))
        {
            return result;
        }

        var value = await InTurnAsync(eventData.ConnectionId, command.ExecuteScalar, cancellationToken);
        EndTurn(eventData.ConnectionId);
        return InterceptionResult<object>.SuppressWithResult(value!);
    }

    /// <summary>A statement that returns what it has written is committed when that was read.</summary>
    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        if (command.Transaction is null)
        {
            EndTurn(eventData.ConnectionId);
        }

        return result;
    }

    public void Dispose() => _turn.Dispose();

    private static bool NeedsTurn(DbCommand command, CommandEventData eventData) =>
        command.Transaction is null && eventData.CommandSource != CommandSource.LinqQuery;

    private async Task<T> InTurnAsync<T>(Guid connection, Func<T> use, CancellationToken cancellationToken)
    {
        if (_holder?.Connection == connection)
        {
            // A command while this context's own reader is open.
            return use();
        }

        await BeginTurnAsync(cancellationToken);
        _holder = new Holder(connection);
        try
        {
            return use();
        }
        catch (Exception exception)
        {
            if (exception is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED })
            {
                Volatile.Write(ref _lockedAt, Stopwatch.GetTimestamp());
            }

            EndTurn(connection);
            throw;
        }
    }

    private async Task BeginTurnAsync(CancellationToken cancellationToken)
    {
        var came = Stopwatch.GetTimestamp();
        if (!await _turn.WaitAsync(TimeSpan.FromSeconds(PatienceSeconds), cancellationToken))
        {
            throw FileIsLocked();
        }

        // The one before has waited for the same lock in vain, for as long as this one may wait.
        if (Volatile.Read(ref _lockedAt) > came)
        {
            _turn.Release();
            throw FileIsLocked();
        }
    }

    private Task EndTurnAsync(Guid connection)
    {
        EndTurn(connection);
        return Task.CompletedTask;
    }

    private void EndTurn(Guid connection)
    {
        if (_holder?.Connection == connection)
        {
            _holder = null;
            _turn.Release();
        }
    }

    private static SqliteException FileIsLocked() => new("The database file is locked by another program, or too many requests wait for it.", raw.SQLITE_BUSY);

    /// <param name="Connection">EF Core's id of the connection whose turn it is.</param>
    private sealed record Holder(Guid Connection);
}
