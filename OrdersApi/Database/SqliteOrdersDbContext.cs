using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace B2BAssertions.OrdersApi.Database;

/// <summary>The orders in a SQLite file.</summary>
internal sealed class SqliteOrdersDbContext(DbContextOptions<SqliteOrdersDbContext> options) : OrdersDbContext(options)
{
    /// <summary>For <c>dotnet ef migrations add NAME --context SqliteOrdersDbContext --output-dir Database/Migrations/Sqlite</c>.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<SqliteOrdersDbContext>
    {
        public SqliteOrdersDbContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteOrdersDbContext>().UseSqlite("Data Source=design-time.db").Options);
    }
}
