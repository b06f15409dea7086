using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace B2BAssertions.OrdersApi.Database;

/// <summary>The orders in a PostgreSQL database.</summary>
internal sealed class PostgreSqlOrdersDbContext(DbContextOptions<PostgreSqlOrdersDbContext> options) : OrdersDbContext(options)
{
    /// <summary>For <c>dotnet ef migrations add NAME --context PostgreSqlOrdersDbContext --output-dir Database/Migrations/PostgreSql</c>.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<PostgreSqlOrdersDbContext>
    {
        public PostgreSqlOrdersDbContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgreSqlOrdersDbContext>().UseNpgsql("Host=design-time;Database=orders").Options);
    }
}
