using B2BAssertions.KeyFiles;

using Microsoft.Data.Sqlite;

using Npgsql;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>Reads connection strings. One may hold a password, so no message here shows a value, nor what a parser says about it.</summary>
internal static class ConnectionStrings
{
    private const string Setting = $"ConnectionStrings:{ServiceDatabase.ConnectionStringName}";

    /// <exception cref="StartupException">It is no connection string of a SQLite file.</exception>
    public static SqliteConnectionStringBuilder ReadSqlite(string? text) =>
        TryRead(text, it => new SqliteConnectionStringBuilder(it)) is { DataSource.Length: > 0 } read
            ? read
            : throw new StartupException(
                $"{Setting} is no SQLite connection string: expected 'Data Source=FILE'. "
                + $"For PostgreSQL, set {ServiceDatabase.ProviderSetting} to '{ServiceDatabase.PostgreSql}' as well.");

    /// <exception cref="StartupException">It is missing, or it names no PostgreSQL server and database.</exception>
    public static NpgsqlConnectionStringBuilder ReadPostgreSql(string? text) =>
        TryRead(text, it => new NpgsqlConnectionStringBuilder(it)) is { Host.Length: > 0, Database.Length: > 0 } read
            ? read
            : throw new StartupException(
                $"{Setting} is {(string.IsNullOrEmpty(text) ? "missing" : "no PostgreSQL connection string")}: "
                + $"{ServiceDatabase.ProviderSetting} '{ServiceDatabase.PostgreSql}' expects "
                + "'Host=SERVER;Database=NAME;Username=USER;Password=PASSWORD'.");

    private static T? TryRead<T>(string? text, Func<string?, T> read)
        where T : class
    {
        try
        {
            return read(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return null;
        }
    }
}
