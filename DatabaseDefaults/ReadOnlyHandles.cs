using System.Data.Common;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

using SQLitePCL;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>
/// Takes handles out of the pool that can only read. SQLite opens a file for reading where it may not write, as on a file system that is
/// read-only for a moment (sqlite.org/c3ref/open.html), and the pool would hand such a handle out for ever.
/// </summary>
internal sealed class ReadOnlyHandles : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (IsReadOnly(connection))
        {
            SqliteConnection.ClearPool((SqliteConnection)connection);
            connection.Close();
            // It may be read-only again: then questions are answered, writes fail, and the next one comes by here.
            connection.Open();
        }
    }

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }

    private static bool IsReadOnly(DbConnection connection) => connection is SqliteConnection { Handle: { } handle } sqlite
        && raw.sqlite3_db_readonly(handle, "main") == 1
        && new SqliteConnectionStringBuilder(sqlite.ConnectionString).Mode != SqliteOpenMode.ReadOnly;
}
