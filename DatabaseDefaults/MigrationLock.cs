using B2BAssertions.ServiceDefaults;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>
/// Lets one process at a time migrate a SQLite file. EF Core keeps its own lock as a row, which a killed process leaves behind for ever;
/// the system releases this one, so whoever holds it knows that such a row is stale.
/// </summary>
internal sealed class MigrationLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private MigrationLock(FileStream file) => _file = file;

    public static async Task<MigrationLock> TakeAsync(string databaseFile, DatabaseFacade database, CancellationToken cancellationToken)
    {
        CreateForOwnerOnly(databaseFile);
        var taken = await OpenAsync($"{databaseFile}.migrating", cancellationToken);
        await ReleaseStaleAsync(database, cancellationToken);
        return taken;
    }

    public void Dispose() => _file.Dispose();

    private static async Task<MigrationLock> OpenAsync(string lockFile, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new MigrationLock(OwnerOnlyFile.OpenAlone(lockFile, FileMode.OpenOrCreate));
            }
            catch (IOException exception) when (OwnerOnlyFile.IsHeldByAnother(exception))
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static async Task ReleaseStaleAsync(DatabaseFacade database, CancellationToken cancellationToken)
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
