using System.Security.Cryptography;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.OrdersApi.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>Places an order once, however often and on however many replicas it is sent.</summary>
internal sealed class OrderPlacement(OrdersDbContext database, TimeProvider time)
{
    /// <returns>The order of this key, placed now or before; null when the key has placed another.</returns>
    public async Task<OrderRow?> PlaceAsync(string partnerId, IdempotencyKey key, NewOrder wanted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = wanted.Hash();

        // Looks first, because most that are there already came long ago; the primary key decides.
        var earlier = await FindAsync(partnerId, key, cancellationToken);
        if (earlier is not null && IsInForce(earlier, now))
        {
            return OrderFor(earlier, hash);
        }

        try
        {
            return await InsertAsync(
                new IdempotencyKeyRow
                {
                    PartnerId = partnerId,
                    Key = key.Value,
                    RequestHash = hash,
                    Order = Order(partnerId, wanted, now),
                    ExpiresAt = now + IdempotencyKey.Lifetime,
                },
                expired: earlier,
                cancellationToken);
        }
        catch (Exception exception) when (exception.IsUniqueViolation())
        {
            // Another request with this key was faster. Its transaction has ended, or the insert would still wait for it.
            database.ChangeTracker.Clear();
            if (await FindAsync(partnerId, key, cancellationToken) is { } winner && IsInForce(winner, now))
            {
                return OrderFor(winner, hash);
            }

            throw;
        }
    }

    /// <summary>
    /// The order as it was placed: nothing but its status and its version ever changes, so with these put back the repeated request gets the
    /// answer of the first one, whatever has become of the order since.
    /// </summary>
    private static OrderRow? OrderFor(IdempotencyKeyRow row, byte[] hash)
    {
        if (!CryptographicOperations.FixedTimeEquals(row.RequestHash, hash))
        {
            return null;
        }

        var order = row.Order!;
        order.Status = OrderStatus.Received;
        order.Version = OrderRow.FirstVersion;
        return order;
    }

    /// <summary>A key that has expired is as good as none, whether it was swept yet or not.</summary>
    private static bool IsInForce(IdempotencyKeyRow row, DateTimeOffset now) => row.ExpiresAt > now;

    private Task<IdempotencyKeyRow?> FindAsync(string partnerId, IdempotencyKey key, CancellationToken cancellationToken) =>
        database.IdempotencyKeys.AsNoTracking()
            .Include(row => row.Order!.Lines)
            .SingleOrDefaultAsync(row => row.PartnerId == partnerId && row.Key == key.Value, cancellationToken);

    private async Task<OrderRow> InsertAsync(IdempotencyKeyRow row, IdempotencyKeyRow? expired, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (expired is not null)
        {
            await database.IdempotencyKeys
                .Where(it => it.PartnerId == expired.PartnerId && it.Key == expired.Key && it.ExpiresAt == expired.ExpiresAt)
                .ExecuteDeleteAsync(cancellationToken);
        }

        await database.StoreAsync(row, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return row.Order!;
    }

    private static OrderRow Order(string partnerId, NewOrder wanted, DateTimeOffset now) => new()
    {
        Id = OrderId.New().Value,
        PartnerId = partnerId,
        // To the millisecond, which every database keeps: the answer to a repeated request is the same.
        PlacedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
        Status = OrderStatus.Received,
        Currency = wanted.Currency,
        Lines =
        [
            .. wanted.Lines.Select((line, index) => new OrderLineRow
            {
                Number = index + 1,
                Sku = line.Sku,
                Description = line.Description,
                Quantity = line.Quantity,
                UnitPrice = line.UnitPrice,
            }),
        ],
    };
}
