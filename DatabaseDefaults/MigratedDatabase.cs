using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>What differs between the providers while a database is migrated.</summary>
internal abstract class MigratedDatabase
{
    public static MigratedDatabase Of<TContext>(TContext context, TimeProvider time)
        where TContext : DbContext =>
        context.Database.IsSqlite()
            ? new MigratedSqliteFile(context.Database)
            // Named by the service's own type, so that all its replicas ask for one lock.
            : new MigratedPostgreSqlDatabase(context.Database, typeof(TContext).FullName!, time);

    /// <summary>Which database, for a sentence to the operator: never a connection string, which may hold a password.</summary>
    public abstract string Description { get; }

    /// <summary>Lets one process at a time migrate. The lock ends with the process that holds it, however that ends.</summary>
    public abstract Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken);

    /// <summary>What the operator can do about the failure; null for a fault of the program.</summary>
    public abstract string? Advice(Exception exception);
}
