using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace B2BAssertions.JwksService.Database;

/// <summary>For <c>dotnet ef migrations add</c>, which needs the model and no database.</summary>
internal sealed class JwksDbContextFactory : IDesignTimeDbContextFactory<JwksDbContext>
{
    public JwksDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<JwksDbContext>().UseSqlite("Data Source=design-time.db").Options);
}
