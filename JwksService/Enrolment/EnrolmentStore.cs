using B2BAssertions.DatabaseDefaults;
using B2BAssertions.Jose;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>
/// Stores an enrolment in one transaction: token used, proof remembered, key added. Either all of it is there afterwards or nothing
/// (KR-10), so a refused submission uses nothing up.
/// </summary>
internal sealed class EnrolmentStore(JwksDbContext database, TimeProvider time)
{
    public async Task<EnrolmentFault?> StoreAsync(
        EnrolmentToken token,
        SoundProof proof,
        PublicJwk key,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var fault = await UseTokenAsync(token, now, cancellationToken)
            ?? await RememberProofAsync(token.ClientId, proof, now, cancellationToken)
            ?? await AddKeyAsync(token.ClientId, key, now, cancellationToken);
        if (fault is null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return fault;
    }

    /// <summary>One statement, so of all who come at once with one token a single one finds it open.</summary>
    private async Task<EnrolmentFault?> UseTokenAsync(EnrolmentToken token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var used = await database.EnrolmentTokens
            .Where(row => row.Id == token.Id && row.UsedAt == null && row.RevokedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.UsedAt, now), cancellationToken);
        return used == 1 ? null : EnrolmentFault.TokenUsed;
    }

    private async Task<EnrolmentFault?> RememberProofAsync(
        string clientId,
        SoundProof proof,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await database.UsedProofs.Where(used => used.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        var inserted = await database.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO "UsedProofs" ("ClientId", "Jti", "ExpiresAt")
             VALUES ({clientId}, {proof.Jti}, {proof.ExpiresAt.ToUnixTimeMilliseconds()})
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);
        return inserted == 1 ? null : EnrolmentFault.ProofReplayed;
    }

    /// <summary>Looks first, because EF Core logs a refused insert as an error; the unique indexes decide (KR-03, KR-05).</summary>
    private async Task<EnrolmentFault?> AddKeyAsync(string clientId, PublicJwk key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isKnown = await database.PartnerKeys.AnyAsync(
            row => row.ClientId == clientId && (row.KeyId == key.KeyId || row.Thumbprint == key.Thumbprint), cancellationToken);
        if (isKnown)
        {
            return EnrolmentFault.KeyDuplicate;
        }

        database.PartnerKeys.Add(PartnerKey.Active(clientId, key, now));
        try
        {
            await database.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return EnrolmentFault.KeyDuplicate;
        }
    }
}
