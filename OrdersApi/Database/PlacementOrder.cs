using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Database;

internal static class PlacementOrder
{
    /// <summary>
    /// Waits until no other transaction places an order of this partner; others wait until the caller's ends. PostgreSQL draws an order's
    /// number before the order can be seen, so without this an order could appear behind the page that a polling partner has read to its end,
    /// and be missed for ever. SQLite has one writer at a time.
    /// </summary>
    public static async Task WaitForTurnAsync(this OrdersDbContext database, string partnerId, CancellationToken cancellationToken)
    {
        if (database.Database.IsNpgsql())
        {
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({partnerId}, 0))", cancellationToken);
        }
    }
}
