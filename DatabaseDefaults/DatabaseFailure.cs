using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

using Npgsql;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>Tells a database that cannot be asked from one that answers and refuses, which is a fault of the program.</summary>
public static class DatabaseFailure
{
    /// <summary>
    /// PostgreSQL, appendix A: connection, authorization, database name, resources, state (not accepting connections, lock not available),
    /// operator's intervention such as a shutdown, system.
    /// </summary>
    private static readonly string[] AwayClasses = ["08", "28", "3D", "53", "55", "57", "58"];

    /// <summary>sqlite.org/rescode.html: busy, locked, read-only, I/O error, corrupt, full, cannot open, not a database.</summary>
    private static readonly int[] AwayCodes = [5, 6, 8, 10, 11, 13, 14, 26];

    /// <summary>
    /// EF Core wraps what it takes for transient in an InvalidOperationException, and what a save met in an exception of its own. Who gave up
    /// waiting is no failure, though Npgsql puts the server's answer to that inside.
    /// </summary>
    public static bool IsDatabaseFailure(this Exception exception) =>
        exception is not OperationCanceledException && Chain(exception).Any(IsAway);

    /// <summary>
    /// For background work, which will try again: whatever a database said, or failed to say. An exception that escapes there ends the whole
    /// service.
    /// </summary>
    public static bool ComesFromDatabase(this Exception exception) =>
        exception is not OperationCanceledException && Chain(exception).Any(link => link is DbException || IsAway(link));

    /// <summary>EF Core would log an error for every command and transaction in vain; who catches the exception says what there is to say.</summary>
    internal static void LeaveToCaller(WarningsConfigurationBuilder warnings) => warnings.Log(
        (RelationalEventId.ConnectionError, LogLevel.Debug),
        (RelationalEventId.CommandError, LogLevel.Debug),
        (RelationalEventId.TransactionError, LogLevel.Debug),
        (CoreEventId.QueryIterationFailed, LogLevel.Debug),
        (CoreEventId.SaveChangesFailed, LogLevel.Debug));

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var link = exception; link is not null; link = link.InnerException)
        {
            yield return link;
        }
    }

    private static bool IsAway(Exception exception) => exception switch
    {
        TimeoutException => true,
        PostgresException answer => AwayClasses.Any(state => answer.SqlState.StartsWith(state, StringComparison.Ordinal)),
        NpgsqlException => true,
        SqliteException file => AwayCodes.Contains(file.SqliteErrorCode),
        SocketException or IOException => CameThroughNpgsql(exception),
        _ => false,
    };

    /// <summary>
    /// Not every version of Npgsql wraps all that it meets, such as a host name without an address (npgsql issue 5606). The same exceptions come
    /// from a client that has gone, from HTTP and from files: only the way that one took tells.
    /// </summary>
    private static bool CameThroughNpgsql(Exception exception) => new StackTrace(exception).GetFrames()
        .Any(frame => frame.GetMethod()?.DeclaringType?.Assembly == typeof(NpgsqlException).Assembly);
}
