using B2BAssertions.DatabaseDefaults;
using B2BAssertions.Jose;

using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.AuthorizationServer.Database;

/// <summary>
/// What replicas of this server share: OpenIddict's clients, the identifiers of used assertions, the server's own signing keys with the
/// keys that protect them, and the last good JWK Set of each client. The migrations belong to the contexts of the two providers; all
/// other code uses this one.
/// </summary>
internal abstract class AuthorizationDbContext(DbContextOptions options) : DbContext(options), IDataProtectionKeyContext
{
    private const int MaxAlgorithmLength = 10;

    public DbSet<UsedAssertion> UsedAssertions => Set<UsedAssertion>();

    public DbSet<LastActivity> LastActivity => Set<LastActivity>();

    public DbSet<ServerSigningKey> ServerSigningKeys => Set<ServerSigningKey>();

    public DbSet<LastGoodJwks> LastGoodJwks => Set<LastGoodJwks>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

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
        modelBuilder.Entity<LastActivity>(entity =>
        {
            entity.HasKey(activity => activity.Id);
            entity.Property(activity => activity.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<ServerSigningKey>(entity =>
        {
            // Two replicas that rotate at once make one successor: only one of them can insert the next generation.
            entity.HasKey(key => key.Generation);
            entity.Property(key => key.Generation).ValueGeneratedNever();
            entity.Property(key => key.KeyId).HasMaxLength(PublicJwk.MaxKeyIdLength);
            entity.HasIndex(key => key.KeyId).IsUnique();
            entity.Property(key => key.Algorithm).HasMaxLength(MaxAlgorithmLength);
            // Of two that change one key at once, the second must look again: together they could leave no key that signs.
            entity.Property(key => key.SignsFrom).IsConcurrencyToken();
            entity.Property(key => key.WithdrawnAt).IsConcurrencyToken();
        });
        modelBuilder.Entity<LastGoodJwks>(entity =>
        {
            entity.HasKey(jwks => jwks.ClientId);
            entity.Property(jwks => jwks.ClientId).HasMaxLength(UsedAssertion.MaxClientIdLength);
        });
    }
}
