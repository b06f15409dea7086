using B2BAssertions.KeyFiles;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

using SQLitePCL;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>
/// A SQLite file, locked by a file beside it. EF Core keeps its own lock as a row, which a killed process leaves behind for ever;
/// the system releases this one, so whoever holds it knows that such a row is stale.
/// </summary>
internal sealed class MigratedSqliteFile(DatabaseFacade database) : MigratedDatabase
{
    /// <summary>ENOSPC, as .NET passes it on.</summary>
    private const int NoSpace = 28;

    /// <summary>A replica that runs already may be writing just now.</summary>
    private const int CommandTimeoutSeconds = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _file = ConnectionStrings.ReadSqlite(database.GetConnectionString()).DataSource;

    public override string Description => $"The database '{_file}'";

    public override async Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        database.SetCommandTimeout(CommandTimeoutSeconds);
        var taken = await OpenAsync($"{_file}.migrating", cancellationToken);
        try
        {
            CreateForOwnerOnly(_file);
            await ReleaseStaleAsync(cancellationToken);
            // Readers and the writer do not block each other; the file keeps the mode. EF Core sets it only on files it makes itself.
            await database.ExecuteSqlAsync($"PRAGMA journal_mode = 'wal'", cancellationToken);
            return taken;
        }
        catch
        {
            await taken.DisposeAsync();
            throw;
        }
    }

    public override string? Advice(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or IOException { HResult: NoSpace } => "Make room on its disk: a service writes when it starts.",
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB } =>
            "It is damaged, or no SQLite database. Keep the file, and put a backup in its place: docs/operations/backup.md.",
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR } => "Its disk fails: the system's log tells more. Afterwards docs/operations/backup.md may be needed.",
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => "Another program has it locked: end that program.",
        SqliteException { SqliteErrorCode: raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN } or IOException or UnauthorizedAccessException =>
            "Check that this user may write to the file and its folder, and that their file system is not read-only.",
        SqliteException => "Check that it is the database of this service.",
        _ => null,
    };

    private static async Task<FileStream> OpenAsync(string lockFile, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return OwnerOnlyFile.OpenAlone(lockFile, FileMode.OpenOrCreate);
            }
            catch (IOException exception) when (OwnerOnlyFile.IsHeldByAnother(exception))
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private async Task ReleaseStaleAsync(CancellationToken cancellationToken)
    {
        var tables = await database
            .SqlQuery<int>($"SELECT COUNT(*) AS Value FROM sqlite_master WHERE name = '__EFMigrationsLock'")
            .SingleAsync(cancellationToken);
        if (tables > 0)
        {
            await database.ExecuteSqlAsync($"DELETE FROM __EFMigrationsLock", cancellationToken);
        }
    }

    /// <summary>SQLite would make the file readable by everyone; its journal files take the mode of this one.</summary>
    private static void CreateForOwnerOnly(string databaseFile)
    {
        if (!File.Exists(databaseFile))
        {
            using var file = OwnerOnlyFile.OpenAlone(databaseFile, FileMode.OpenOrCreate);
        }
    }
}
