using B2BAssertions.DatabaseDefaults;
using B2BAssertions.Jose;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.JwksService.Partners;
using B2BAssertions.JwksService.Submission;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Database;

/// <summary>
/// The registry. Its unique indexes, not the code before them, keep keys and proofs from being there twice (KR-10).
/// The migrations belong to the contexts of the two providers; all other code uses this one.
/// </summary>
internal abstract class JwksDbContext(DbContextOptions options) : DbContext(options)
{
    private const int MaxEnumNameLength = 30;

    public DbSet<Partner> Partners => Set<Partner>();

    public DbSet<PartnerKey> PartnerKeys => Set<PartnerKey>();

    public DbSet<EnrolmentToken> EnrolmentTokens => Set<EnrolmentToken>();

    public DbSet<UsedProof> UsedProofs => Set<UsedProof>();

    /// <summary>Records are added and read; triggers of the migrations refuse anything else (KR-09).</summary>
    public DbSet<AuditRecord> AuditRecords => Set<AuditRecord>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<ActorKind>().HaveConversion<string>().HaveMaxLength(MaxEnumNameLength);
        configurationBuilder.Properties<AuditAction>().HaveConversion<string>().HaveMaxLength(MaxEnumNameLength);
        configurationBuilder.Properties<EnrolmentTokenSource>().HaveConversion<string>().HaveMaxLength(MaxEnumNameLength);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Partner>(partner =>
        {
            partner.HasKey(row => row.ClientId);
            partner.Property(row => row.ClientId).HasMaxLength(ClientId.MaxLength);
            partner.Property(row => row.Name).HasMaxLength(Partner.MaxNameLength);
            partner.Property(row => row.Contact).HasMaxLength(Partner.MaxContactLength);
            partner.Property(row => row.SuspensionReason).HasMaxLength(Reason.MaxLength);
        });
        modelBuilder.Entity<PartnerKey>(key =>
        {
            key.Property(row => row.Id).ValueGeneratedNever();
            key.Property(row => row.KeyId).HasMaxLength(PublicJwk.MaxKeyIdLength);
            key.Property(row => row.RevocationReason).HasMaxLength(Reason.MaxLength);
            key.Property(row => row.RotationReason).HasMaxLength(Reason.MaxLength);
            key.HasIndex(row => new { row.ClientId, row.KeyId }).IsUnique();
            key.HasIndex(row => new { row.ClientId, row.Thumbprint }).IsUnique();

            // For the list's pages and the daily bound; and for the few that are published, among all that a partner ever had.
            key.HasIndex(row => new { row.ClientId, row.CreatedAt });
            key.HasIndex(row => new { row.ClientId, row.RetiresAt }).HasFilter("\"RevokedAt\" IS NULL");
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
        modelBuilder.Entity<AuditRecord>(record =>
        {
            record.Property(row => row.Actor).HasMaxLength(AuditRecord.MaxActorLength);
            record.Property(row => row.KeyId).HasMaxLength(PublicJwk.MaxKeyIdLength);
            record.Property(row => row.Detail).HasMaxLength(AuditRecord.MaxDetailLength);
            record.Property(row => row.Address).HasMaxLength(AuditRecord.MaxAddressLength);
            record.Property(row => row.TraceId).HasMaxLength(AuditRecord.TraceIdLength);
            record.HasIndex(row => new { row.ClientId, row.Id });
            record.HasOne<Partner>().WithMany().HasForeignKey(row => row.ClientId).OnDelete(DeleteBehavior.Restrict);
        });
    }
}
