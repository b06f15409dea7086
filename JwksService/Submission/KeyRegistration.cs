using B2BAssertions.Jose;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.JwksService.Partners;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Submission;

/// <summary>
/// Stores a submission: enrolment token used, proof remembered, key added. Either all of it is there afterwards or nothing (KR-10), so a
/// refused submission uses nothing up.
/// </summary>
internal sealed class KeyRegistration(
    JwksDbContext database,
    PartnerChanges changes,
    AuditTrail audit,
    IOptions<JwksServiceOptions> options)
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    /// <param name="token">The enrolment token that allows it; null when an access token does.</param>
    public Task<Checked<PartnerKey>> StoreAsync(
        string clientId,
        Actor actor,
        EnrolmentToken? token,
        SoundProof proof,
        PublicJwk key,
        CancellationToken cancellationToken) =>
        changes.ApplyAsync<PartnerKey>(
            clientId,
            actor,
            async (partner, now) =>
            {
                var fault = await UseTokenAsync(token, now, cancellationToken)
                    ?? CheckIsStillAllowed(partner, key)
                    ?? await RememberProofAsync(clientId, proof, now, cancellationToken)
                    ?? await CheckIsNewAsync(clientId, key, cancellationToken)
                    ?? await CheckHasRoomAsync(clientId, now, cancellationToken)
                    ?? await CheckDailyLimitAsync(clientId, actor, now, cancellationToken);
                if (fault is not null)
                {
                    return fault;
                }

                // Who holds an enrolment token has, or is to have, no other key to sign in with: the operator gave it out so that the partner
                // can begin, or begin anew beside keys that it lost, at once. Those who use an access token sign on with the key they have.
                var added = PartnerKey.From(clientId, key, now, token is null ? options.Value.ActivationDelay : TimeSpan.Zero);
                database.PartnerKeys.Add(added);
                audit.Add(clientId, actor, AuditAction.KeySubmitted, key.KeyId, $"{key.Algorithm}, active from {AuditTrail.Text(added.ActivatesAt)}");
                return added;
            },
            cancellationToken);

    /// <summary>
    /// Looks again under the partner's lock, so of all who come at once with one token a single one finds it open; and who comes too late
    /// hears what has become of it since: used, withdrawn or expired.
    /// </summary>
    private async Task<RegistryFault?> UseTokenAsync(EnrolmentToken? token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (token is null)
        {
            return null;
        }

        var row = await database.EnrolmentTokens.SingleAsync(row => row.Id == token.Id, cancellationToken);
        if (EnrolmentTokens.CheckIsOpen(row, now) is { } fault)
        {
            return fault;
        }

        row.UsedAt = now;
        return null;
    }

    /// <summary>An operator may have withdrawn the algorithm since it was first checked.</summary>
    private static RegistryFault? CheckIsStillAllowed(Partner partner, PublicJwk key) =>
        partner.Allows(key.Algorithm) ? null : RegistryFault.AlgorithmNotAllowed(key.Algorithm, partner.AllowedAlgorithms);

    private async Task<RegistryFault?> RememberProofAsync(
        string clientId,
        SoundProof proof,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        // Of this partner alone, whose lock this transaction holds: two that delete the same rows in different orders block each other.
        await database.UsedProofs.Where(used => used.ClientId == clientId && used.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        var inserted = await database.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO "UsedProofs" ("ClientId", "Jti", "ExpiresAt")
             VALUES ({clientId}, {proof.Jti}, {proof.ExpiresAt.ToUnixTimeMilliseconds()})
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);
        return inserted == 1 ? null : RegistryFault.ProofReplayed;
    }

    /// <summary>KR-03, KR-05. A kid that is another key's thumbprint would make an address stand for two keys.</summary>
    private async Task<RegistryFault?> CheckIsNewAsync(string clientId, PublicJwk key, CancellationToken cancellationToken)
    {
        string[] names = [key.KeyId, key.Thumbprint];
        var same = await database.PartnerKeys.AsNoTracking()
            .Where(row => row.ClientId == clientId && (names.Contains(row.KeyId) || names.Contains(row.Thumbprint)))
            .Select(row => new { row.Thumbprint, row.RevokedAt })
            .ToListAsync(cancellationToken);
        return same.Find(row => row.Thumbprint == key.Thumbprint)?.RevokedAt is { } revokedAt
            ? RegistryFault.KeyRevoked(revokedAt)
            : same.Count > 0 ? RegistryFault.KeyDuplicate : null;
    }

    /// <summary>Readers of a set look through all of it, and one that grows without end is a fault of its partner.</summary>
    private async Task<RegistryFault?> CheckHasRoomAsync(string clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var published = await database.PartnerKeys
            .Where(row => row.ClientId == clientId)
            .Where(PartnerKey.IsPublishedAt(now))
            .CountAsync(cancellationToken);
        return published < PartnerKey.MaxPublished ? null : RegistryFault.KeyLimitReached;
    }

    /// <summary>
    /// Bounds what a partner adds to the registry for good: its keys, and their few records each. Retiring and revoking are not bounded, so
    /// that a stolen key always can be: each key is retired and revoked once.
    /// </summary>
    private async Task<RegistryFault?> CheckDailyLimitAsync(
        string clientId,
        Actor actor,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (actor.Kind is not ActorKind.Partner)
        {
            return null;
        }

        var limit = options.Value.KeysPerDayAndPartner;
        var since = now - OneDay;
        var newest = await database.PartnerKeys
            .Where(row => row.ClientId == clientId && row.CreatedAt > since)
            .OrderByDescending(row => row.CreatedAt)
            .Select(row => row.CreatedAt)
            .Take(limit)
            .ToListAsync(cancellationToken);

        // Once the oldest of them is a day old there is room again. Not longer than a day: the clock may have been set back.
        return newest.Count < limit
            ? null
            : RegistryFault.KeyDailyLimitReached(limit, newest[^1] > now ? OneDay : newest[^1] - since);
    }
}
