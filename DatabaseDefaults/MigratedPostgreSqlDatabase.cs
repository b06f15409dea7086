using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

using Npgsql;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>
/// A PostgreSQL database, locked by an advisory lock of a session of its own: the server ends the session of a killed process, and the
/// lock with it. EF Core's own lock is taken only after it has made its table, which two processes cannot do at once.
/// </summary>
internal sealed class MigratedPostgreSqlDatabase(DatabaseFacade database, string lockName, TimeProvider time) : MigratedDatabase
{
    /// <summary>How long a server that starts beside this service may refuse connections: 30 s, several times what it needs.</summary>
    private static readonly TimeSpan ServerStartLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlConnectionStringBuilder _connection = ConnectionStrings.ReadPostgreSql(database.GetConnectionString());

    public override string Description => $"The database '{_connection.Database}' at '{_connection.Host}:{_connection.Port}'";

    public override async Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        // The migrator's limit holds for each command; a request's would cut long migrations off.
        database.SetCommandTimeout(0);
        var session = await OpenSessionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", session);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Key(lockName) });
            await command.ExecuteNonQueryAsync(cancellationToken);
            if (!await HasHistoryAsync(session, cancellationToken))
            {
                await database.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public override string? Advice(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"Check user and password in ConnectionStrings:{ServiceDatabase.ConnectionStringName}.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "Create it, owned by this service's user.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            "Let this service's user own the database, or have its owner bring it up to date: the tables are made and changed at start.",
        PostgresException => "Check that it is this service's database, and that the server has room for one more connection.",
        NpgsqlException or SocketException =>
            $"Check that the server runs and that ConnectionStrings:{ServiceDatabase.ConnectionStringName} names it.",
        _ => null,
    };

    /// <summary>
    /// EF Core would look for the table by reading it, and log the failure as an error at the first start; and to have it made where it is
    /// takes a right that the service's role need not have.
    /// </summary>
    private static async Task<bool> HasHistoryAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""SELECT to_regclass('"{HistoryRepository.DefaultTableName}"') IS NOT NULL""", session);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Containers start together, and the server may be the last of them to be ready.</summary>
    private async Task<NpgsqlConnection> OpenSessionAsync(CancellationToken cancellationToken)
    {
        // Out of the pool: to close it ends the session. No limit for the command that waits for the lock: the migrator has its own.
        var connection = new NpgsqlConnectionStringBuilder(_connection.ToString()) { Pooling = false, CommandTimeout = 0 };
        var started = time.GetTimestamp();
        while (true)
        {
            var session = new NpgsqlConnection(connection.ToString());
            try
            {
                await session.OpenAsync(cancellationToken);
                return session;
            }
            catch (NpgsqlException exception) when (IsStarting(exception) && time.GetElapsedTime(started) < ServerStartLimit)
            {
                await session.DisposeAsync();
                await Task.Delay(Pause, cancellationToken);
            }
            catch
            {
                await session.DisposeAsync();
                throw;
            }
        }
    }

    private static bool IsStarting(NpgsqlException exception) => exception
        is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow }
        or { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };

    private static long Key(string name) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
