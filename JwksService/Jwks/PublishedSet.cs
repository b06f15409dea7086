using B2BAssertions.Jose;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Jwks;

internal static class PublishedSet
{
    /// <summary>The keys that a partner publishes at a time, always in the same order; null when there is no such partner.</summary>
    public static async Task<JwkSet?> PublishedSetAsync(
        this JwksDbContext database,
        string clientId,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var keys = await database.PartnerKeys
            .Where(key => key.ClientId == clientId)
            .Where(PartnerKey.IsPublishedAt(now))
            .OrderBy(key => key.CreatedAt)
            .ThenBy(key => key.KeyId)
            .Select(key => key.Jwk)
            .ToListAsync(cancellationToken);
        return keys.Count > 0 || await database.Partners.AnyAsync(partner => partner.ClientId == clientId, cancellationToken)
            ? new JwkSet([.. keys.Select(Read)])
            : null;
    }

    /// <summary>Checked like a submitted key: what is not a sound public key is never published, wherever it came from.</summary>
    private static PublicJwk Read(string stored) =>
        PublicJwk.TryParse(stored, out var jwk, out var fault)
            ? jwk
            : throw new InvalidOperationException($"The database holds a key that must not be published ({fault.Code}): {fault.Message}");
}
