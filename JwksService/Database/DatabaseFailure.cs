using Microsoft.Data.Sqlite;

using Npgsql;

namespace B2BAssertions.JwksService.Database;

/// <summary>Tells a database that cannot be asked from one that answers and refuses, which is a fault of the program.</summary>
internal static class DatabaseFailure
{
    /// <summary>
    /// PostgreSQL, appendix A: connection, authorization, database name, resources, state (not accepting connections, lock not available),
    /// operator's intervention such as a shutdown, system.
    /// </summary>
    private static readonly string[] AwayClasses = ["08", "28", "3D", "53", "55", "57", "58"];

    /// <summary>sqlite.org/rescode.html: busy, locked, I/O error, corrupt, full, cannot open, not a database.</summary>
    private static readonly int[] AwayCodes = [5, 6, 10, 11, 13, 14, 26];

    /// <summary>EF Core wraps what it takes for transient in an InvalidOperationException, and what a save met in an exception of its own.</summary>
    public static bool IsDatabaseFailure(this Exception exception) => IsAway(exception) || IsAway(exception.InnerException);

    private static bool IsAway(Exception? exception) => exception switch
    {
        TimeoutException => true,
        PostgresException answer => AwayClasses.Any(state => answer.SqlState.StartsWith(state, StringComparison.Ordinal)),
        NpgsqlException => true,
        SqliteException file => AwayCodes.Contains(file.SqliteErrorCode),
        _ => false,
    };
}
