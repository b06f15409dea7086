using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Database;

internal static class Placement
{
    /// <summary>
    /// Stores a new order with its idempotency key, within the caller's transaction. On PostgreSQL it first waits until no other transaction
    /// stores an order of this partner, and lets others wait until the caller's ends: PostgreSQL draws an order's number before the order can
    /// be seen, so without this an order could appear behind the page that a polling partner has read to its end, and be missed for ever.
    /// SQLite has one writer at a time.
    /// </summary>
    public static async Task StoreAsync(this OrdersDbContext database, IdempotencyKeyRow key, CancellationToken cancellationToken)
    {
        if (database.Database.IsNpgsql())
        {
            key.Order!.Number = await StoreInTurnAsync(database, key, key.Order, cancellationToken);
        }
        else
        {
            database.IdempotencyKeys.Add(key);
            await database.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>
    /// One statement, so that the partner's other orders wait for one round trip and a commit, where EF Core would need two more round trips:
    /// it must know the order's number before it stores the rest. The number is drawn when the row of the lock has come, so after the wait.
    /// </summary>
    private static async Task<long> StoreInTurnAsync(
        OrdersDbContext database,
        IdempotencyKeyRow key,
        OrderRow order,
        CancellationToken cancellationToken)
    {
        int[] numbers = [.. order.Lines.Select(line => line.Number)];
        string[] skus = [.. order.Lines.Select(line => line.Sku)];
        string[] descriptions = [.. order.Lines.Select(line => line.Description)];
        int[] quantities = [.. order.Lines.Select(line => line.Quantity)];
        decimal[] prices = [.. order.Lines.Select(line => line.UnitPrice)];
        var stored = await database.Database.SqlQuery<long>($"""
            WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended({order.PartnerId}, 0))),
            placed AS (
                INSERT INTO "Orders" ("Id", "PartnerId", "PlacedAt", "Status", "Version", "Currency")
                SELECT {order.Id}, {order.PartnerId}, {order.PlacedAt}, {order.Status.ToString()}, {order.Version}, {order.Currency} FROM turn
                RETURNING "Number"),
            lines AS (
                INSERT INTO "OrderLines" ("OrderNumber", "Number", "Sku", "Description", "Quantity", "UnitPrice")
                SELECT placed."Number", line.* FROM placed, unnest({numbers}, {skus}, {descriptions}, {quantities}, {prices}) AS line)
            INSERT INTO "IdempotencyKeys" ("PartnerId", "Key", "RequestHash", "OrderNumber", "ExpiresAt")
            SELECT {key.PartnerId}, {key.Key}, {key.RequestHash}, "Number", {key.ExpiresAt.ToUnixTimeMilliseconds()} FROM placed
            RETURNING "OrderNumber" AS "Value"
            """).ToListAsync(cancellationToken);
        return stored.Single();
    }
}
