namespace B2BAssertions.DatabaseDefaults;

/// <summary>Brings the service's database to the newest migration.</summary>
internal interface IDatabaseMigrator
{
    /// <exception cref="KeyFiles.StartupException">The database cannot be opened or migrated.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);
}
