using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace B2BAssertions.JwksService.Database;

/// <summary>The registry in a PostgreSQL database.</summary>
internal sealed class PostgreSqlJwksDbContext(DbContextOptions<PostgreSqlJwksDbContext> options) : JwksDbContext(options)
{
    /// <summary>For <c>dotnet ef migrations add NAME --context PostgreSqlJwksDbContext --output-dir Database/Migrations/PostgreSql</c>.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<PostgreSqlJwksDbContext>
    {
        public PostgreSqlJwksDbContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgreSqlJwksDbContext>().UseNpgsql("Host=design-time;Database=registry").Options);
    }
}
