using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace B2BAssertions.AuthorizationServer.Database;

/// <summary>The server's storage in a SQLite file.</summary>
internal sealed class SqliteAuthorizationDbContext(DbContextOptions<SqliteAuthorizationDbContext> options)
    : AuthorizationDbContext(options)
{
    /// <summary>For <c>dotnet ef migrations add NAME --context SqliteAuthorizationDbContext --output-dir Database/Migrations/Sqlite</c>.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<SqliteAuthorizationDbContext>
    {
        public SqliteAuthorizationDbContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteAuthorizationDbContext>().UseSqlite("Data Source=design-time.db").UseOpenIddict().Options);
    }
}
