using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.AuthorizationServer.Database;

/// <summary>OpenIddict's clients and the identifiers of used assertions.</summary>
internal sealed class AuthorizationDbContext(DbContextOptions<AuthorizationDbContext> options) : DbContext(options)
{
    public DbSet<UsedAssertion> UsedAssertions => Set<UsedAssertion>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.UseOpenIddict();
        modelBuilder.Entity<UsedAssertion>(entity =>
        {
            // AS-10: the primary key is the check. Two inserts of one identifier cannot both succeed, whichever replica makes them.
            entity.HasKey(used => new { used.ClientId, used.JwtId });
            entity.Property(used => used.ClientId).HasMaxLength(UsedAssertion.MaxClientIdLength);
            entity.Property(used => used.JwtId).HasMaxLength(UsedAssertion.MaxJwtIdLength);
            entity.HasIndex(used => used.AcceptableUntil);
        });
    }
}
