using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

using Npgsql;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>Tells a unique constraint's refusal, which is an answer, from any other failure to save.</summary>
public static class UniqueViolation
{
    /// <summary>SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY (sqlite.org/rescode.html).</summary>
    private const int SqliteUnique = 2067;

    private const int SqlitePrimaryKey = 1555;

    /// <summary>Of a save, or of a statement that was written out.</summary>
    public static bool IsUniqueViolation(this Exception exception) => (exception is DbUpdateException ? exception.InnerException : exception)
        is SqliteException { SqliteExtendedErrorCode: SqliteUnique or SqlitePrimaryKey }
        or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };
}
