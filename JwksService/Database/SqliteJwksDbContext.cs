using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace B2BAssertions.JwksService.Database;

/// <summary>The registry in a SQLite file.</summary>
internal sealed class SqliteJwksDbContext(DbContextOptions<SqliteJwksDbContext> options) : JwksDbContext(options)
{
    /// <summary>For <c>dotnet ef migrations add NAME --context SqliteJwksDbContext --output-dir Database/Migrations/Sqlite</c>.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<SqliteJwksDbContext>
    {
        public SqliteJwksDbContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteJwksDbContext>().UseSqlite("Data Source=design-time.db").Options);
    }
}
