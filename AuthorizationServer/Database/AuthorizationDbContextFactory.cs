using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace B2BAssertions.AuthorizationServer.Database;

/// <summary>Lets <c>dotnet ef migrations add</c> work without the service's settings.</summary>
internal sealed class AuthorizationDbContextFactory : IDesignTimeDbContextFactory<AuthorizationDbContext>
{
    public AuthorizationDbContext CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<AuthorizationDbContext>().UseSqlite().UseOpenIddict().Options);
}
