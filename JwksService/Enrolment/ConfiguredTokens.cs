using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Partners;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>
/// Makes the open enrolment tokens those of the configuration (KR-07): one that no longer stands there is revoked, also when its partner
/// is gone from there. Works in the caller's transaction.
/// </summary>
internal sealed partial class ConfiguredTokens(
    JwksDbContext database,
    IOptions<JwksServiceOptions> options,
    AuditTrail audit,
    TimeProvider time,
    ILogger<ConfiguredTokens> logger)
{
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        var configured = options.Value.Partners
            .Where(partner => partner.EnrolmentToken is { Length: > 0 })
            .ToDictionary(partner => partner.ClientId, partner => EnrolmentTokenText.Hash(partner.EnrolmentToken!));
        foreach (var clientId in await PartnersInQuestionAsync(configured, cancellationToken))
        {
            // What another replica does with the partner at this moment, such as to use the token, is done before this looks again.
            await database.LockPartnerAsync(clientId, cancellationToken);
            var hash = configured.GetValueOrDefault(clientId);
            await RevokeOthersAsync(clientId, hash, cancellationToken);
            if (hash is not null)
            {
                await OpenAsync(clientId, hash, cancellationToken);
            }
        }
    }

    /// <summary>Those whose tokens may have to change, always in the same order: two replicas that start at once do not block each other.</summary>
    private async Task<IEnumerable<string>> PartnersInQuestionAsync(
        Dictionary<string, byte[]> configured,
        CancellationToken cancellationToken)
    {
        List<string> clientIds = [.. configured.Keys];
        var tokens = await database.EnrolmentTokens.AsNoTracking()
            .Where(token => token.Source == EnrolmentTokenSource.Configuration || clientIds.Contains(token.ClientId))
            .ToListAsync(cancellationToken);
        var toRevoke = tokens.Where(token => IsOpen(token) && !Matches(token, configured.GetValueOrDefault(token.ClientId)));
        var takenBack = await TakenBackAsync(clientIds, cancellationToken);
        var settled = tokens.Where(token => !MayBeOpened(token) || takenBack.Contains($"{token.Id}")).ToLookup(token => token.ClientId);
        var toOpen = configured.Where(it => !settled[it.Key].Any(token => Matches(token, it.Value))).Select(it => it.Key).ToList();
        var enrolled = await database.PartnerKeys
            .Where(key => toOpen.Contains(key.ClientId))
            .Select(key => key.ClientId)
            .Distinct()
            .ToListAsync(cancellationToken);
        enrolled.ForEach(clientId => Log.TokenNotNeeded(logger, clientId));
        return toRevoke.Select(token => token.ClientId).Union(toOpen.Except(enrolled)).Order(StringComparer.Ordinal);
    }

    private async Task RevokeOthersAsync(string clientId, byte[]? hash, CancellationToken cancellationToken)
    {
        var tokens = await database.EnrolmentTokens.Where(token => token.ClientId == clientId).ToListAsync(cancellationToken);
        foreach (var token in tokens.Where(token => IsOpen(token) && !Matches(token, hash)))
        {
            token.RevokedAt = time.GetUtcNow();
            audit.Add(token.ClientId, Actor.Configuration, AuditAction.EnrolmentTokenRevoked, detail: $"{token.Id}");
        }
    }

    private async Task OpenAsync(string clientId, byte[] hash, CancellationToken cancellationToken)
    {
        var tokens = await database.EnrolmentTokens.Where(token => token.ClientId == clientId).ToListAsync(cancellationToken);
        var stored = tokens.Find(token => token.HasHash(hash));
        if (stored is not null && (!MayBeOpened(stored) || (await TakenBackAsync([clientId], cancellationToken)).Contains($"{stored.Id}")))
        {
            return;
        }

        // Who makes a new token at each start must not leave a way in behind a partner that is enrolled, or was revoked. Looked at again
        // because the partner may have enrolled while this waited for its lock.
        if (await database.PartnerKeys.AnyAsync(key => key.ClientId == clientId, cancellationToken))
        {
            return;
        }

        if (stored is null)
        {
            stored = EnrolmentToken.New(
                clientId, hash, EnrolmentTokenSource.Configuration, time.GetUtcNow(), options.Value.EnrolmentTokenLifetime);
            database.EnrolmentTokens.Add(stored);
        }

        // One that is configured again, as after a rollback, works again, but no longer than from its first start.
        stored.RevokedAt = null;
        audit.Add(clientId, Actor.Configuration, AuditAction.EnrolmentTokenCreated, detail: EnrolmentDesk.DescribeNew(stored));
    }

    /// <summary>
    /// Ids of the tokens that operators revoked: those stay so, because a token that was found on a share must not come back with the next
    /// restart. Only the audit trail tells them from those that a start revoked.
    /// </summary>
    private async Task<HashSet<string?>> TakenBackAsync(List<string> clientIds, CancellationToken cancellationToken) =>
    [
        .. await database.AuditRecords
            .Where(record => clientIds.Contains(record.ClientId)
                && record.Action == AuditAction.EnrolmentTokenRevoked && record.ActorKind == ActorKind.Operator)
            .Select(record => record.Detail)
            .ToListAsync(cancellationToken),
    ];

    private static bool IsOpen(EnrolmentToken token) =>
        token is { Source: EnrolmentTokenSource.Configuration, UsedAt: null, RevokedAt: null };

    private static bool MayBeOpened(EnrolmentToken token) =>
        token is { Source: EnrolmentTokenSource.Configuration, UsedAt: null, RevokedAt: not null };

    private static bool Matches(EnrolmentToken token, byte[]? hash) => hash is not null && token.HasHash(hash);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The configured token of partner {ClientId} is not used: the partner has a key already.")]
        public static partial void TokenNotNeeded(ILogger logger, string clientId);
    }
}
