using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace B2BAssertions.AuthorizationServer.Database;

/// <summary>The server's storage in a PostgreSQL database.</summary>
internal sealed class PostgreSqlAuthorizationDbContext(DbContextOptions<PostgreSqlAuthorizationDbContext> options)
    : AuthorizationDbContext(options)
{
    /// <summary>For <c>dotnet ef migrations add NAME --context PostgreSqlAuthorizationDbContext --output-dir Database/Migrations/PostgreSql</c>.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<PostgreSqlAuthorizationDbContext>
    {
        public PostgreSqlAuthorizationDbContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgreSqlAuthorizationDbContext>().UseNpgsql("Host=design-time;Database=authorization").UseOpenIddict().Options);
    }
}
