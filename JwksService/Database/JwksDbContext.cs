using B2BAssertions.Jose;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Database;

/// <summary>The registry. Its unique indexes, not the code before them, keep keys and proofs from being there twice (KR-10).</summary>
internal sealed class JwksDbContext(DbContextOptions<JwksDbContext> options) : DbContext(options)
{
    private const int MaxEnumNameLength = 20;

    public DbSet<Partner> Partners => Set<Partner>();

    public DbSet<PartnerKey> PartnerKeys => Set<PartnerKey>();

    public DbSet<EnrolmentToken> EnrolmentTokens => Set<EnrolmentToken>();

    public DbSet<UsedProof> UsedProofs => Set<UsedProof>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<KeyState>().HaveConversion<string>().HaveMaxLength(MaxEnumNameLength);
        configurationBuilder.Properties<EnrolmentTokenSource>().HaveConversion<string>().HaveMaxLength(MaxEnumNameLength);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Partner>(partner =>
        {
            partner.HasKey(row => row.ClientId);
            partner.Property(row => row.ClientId).HasMaxLength(ClientId.MaxLength);
            partner.Property(row => row.Name).HasMaxLength(Partner.MaxNameLength);
        });
        modelBuilder.Entity<PartnerKey>(key =>
        {
            key.Property(row => row.Id).ValueGeneratedNever();
            key.Property(row => row.KeyId).HasMaxLength(PublicJwk.MaxKeyIdLength);
            key.HasIndex(row => new { row.ClientId, row.KeyId }).IsUnique();
            key.HasIndex(row => new { row.ClientId, row.Thumbprint }).IsUnique();
            key.HasOne<Partner>().WithMany().HasForeignKey(row => row.ClientId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<EnrolmentToken>(token =>
        {
            token.Property(row => row.Id).ValueGeneratedNever();
            token.HasIndex(row => new { row.ClientId, row.TokenHash }).IsUnique();
            token.HasOne<Partner>().WithMany().HasForeignKey(row => row.ClientId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<UsedProof>(proof =>
        {
            proof.HasKey(row => new { row.ClientId, row.Jti });
            proof.Property(row => row.Jti).HasMaxLength(KeyProofValidator.MaxJtiLength);
            proof.HasIndex(row => row.ExpiresAt);
            proof.HasOne<Partner>().WithMany().HasForeignKey(row => row.ClientId).OnDelete(DeleteBehavior.Restrict);
        });
    }
}
