using B2BAssertions.JwksService.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Partners;

internal static class PartnerLock
{
    /// <summary>
    /// Counts the partner's revision up, which locks its row until the caller's transaction ends: whoever comes second waits here, on every
    /// replica, and then sees what the first one left, also where the partner was read before. Null when there is no such partner.
    /// </summary>
    public static async Task<Partner?> LockPartnerAsync(this JwksDbContext database, string clientId, CancellationToken cancellationToken)
    {
        var locked = await database.Partners
            .Where(partner => partner.ClientId == clientId)
            .ExecuteUpdateAsync(partner => partner.SetProperty(row => row.Revision, row => row.Revision + 1), cancellationToken);
        if (locked != 1)
        {
            return null;
        }

        // EF Core hands out what it has read before. What the caller has changed is left alone: that was locked already.
        if (database.Partners.Local.FindEntry(clientId) is { State: EntityState.Unchanged } read)
        {
            await read.ReloadAsync(cancellationToken);
        }

        return await database.Partners.FindAsync([clientId], cancellationToken);
    }
}
