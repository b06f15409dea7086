using B2BAssertions.Jose;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>A published key, and when it leaves the set.</summary>
internal sealed record PublishedKey(PublicJwk Jwk, DateTimeOffset? RetiresAt);

/// <summary>What a partner publishes from a revision on; keys leave by time alone.</summary>
internal sealed record PublishedKeys(long Revision, IReadOnlyList<PublishedKey> Keys)
{
    public PublishedSet SetAt(DateTimeOffset now)
    {
        var published = Keys.Where(key => key.RetiresAt is null || key.RetiresAt > now).ToList();
        return new PublishedSet(new JwkSet([.. published.Select(key => key.Jwk)]), now, published.Min(key => key.RetiresAt));
    }
}

internal static class PublishedKeysQuery
{
    /// <summary>Keys that have just left are read as well: a clock that is set back brings them back.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromDays(1);

    /// <summary>Those that are published now, and as many that have just left.</summary>
    private const int MaxRead = 2 * PartnerKey.MaxPublished;

    /// <summary>The keys that a partner publishes, always in the same order; null when there is no such partner.</summary>
    public static async Task<PublishedKeys?> PublishedKeysAsync(
        this JwksDbContext database,
        string clientId,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        // The revision first: keys that are newer than it are read again, never taken for newer than they are.
        var partner = await database.Partners.AsNoTracking()
            .SingleOrDefaultAsync(row => row.ClientId == clientId, cancellationToken);
        if (partner is null)
        {
            return null;
        }

        if (partner.IsSuspended)
        {
            return new PublishedKeys(partner.Revision, []);
        }

        // Those that stay come first, then those that leave last.
        var keys = await database.PartnerKeys.AsNoTracking()
            .Where(key => key.ClientId == clientId)
            .Where(PartnerKey.IsPublishedAt(now - ClockMargin))
            .OrderBy(key => key.RetiresAt != null)
            .ThenByDescending(key => key.RetiresAt)
            .Take(MaxRead)
            .ToListAsync(cancellationToken);
        return new PublishedKeys(
            partner.Revision,
            [
                .. keys.OrderBy(key => key.CreatedAt)
                    .ThenBy(key => key.KeyId, StringComparer.Ordinal)
                    .Select(key => new PublishedKey(Read(key.Jwk), key.RetiresAt)),
            ]);
    }

    /// <summary>Checked like a submitted key: what is not a sound public key is never published, wherever it came from.</summary>
    private static PublicJwk Read(string stored) =>
        PublicJwk.TryParse(stored, out var jwk, out var fault)
            ? jwk
            : throw new InvalidOperationException($"The database holds a key that must not be published ({fault.Code}): {fault.Message}");
}
