namespace B2BAssertions.OrdersApi.Database;

/// <summary>
/// An Idempotency-Key that has placed an order. It is stored in one transaction with the order, and its primary key is what keeps two
/// requests with one key from placing two.
/// </summary>
internal sealed class IdempotencyKeyRow
{
    /// <summary>Client id of the partner whose key it is: another partner's same key is another.</summary>
    public required string PartnerId { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of what was asked for, to tell a repeated request from another one under the same key.</summary>
    public required byte[] RequestHash { get; init; }

    public long OrderNumber { get; init; }

    /// <summary>The order that was placed.</summary>
    public OrderRow? Order { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
