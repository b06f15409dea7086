namespace B2BAssertions.DatabaseDefaults;

/// <summary>Where a service keeps its database.</summary>
public enum DatabaseProvider
{
    /// <summary>A file: nothing to install, one replica.</summary>
    Sqlite,

    /// <summary>A server that several replicas share.</summary>
    PostgreSql,
}
