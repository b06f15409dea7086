namespace B2BAssertions.OrdersApi.Database;

/// <summary>An order of one partner.</summary>
internal sealed class OrderRow
{
    public const long FirstVersion = 1;

    /// <summary>Grows with every order of any partner; orders are sorted by it. No partner sees it.</summary>
    public long Number { get; set; }

    /// <summary>As <see cref="Orders.OrderId"/> describes it.</summary>
    public required string Id { get; init; }

    /// <summary>Client id of the partner whose order it is; every query is filtered by it (RS-06).</summary>
    public required string PartnerId { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    public required OrderStatus Status { get; set; }

    /// <summary>Counts the order's changes; whoever changes it names the version that it has seen, and nobody's change is lost.</summary>
    public long Version { get; set; } = FirstVersion;

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Sorted by <see cref="OrderLineRow.Number"/> when it is read.</summary>
    public List<OrderLineRow> Lines { get; init; } = [];
}

internal sealed class OrderLineRow
{
    public long OrderNumber { get; init; }

    /// <summary>Counts the lines of one order, from 1.</summary>
    public int Number { get; init; }

    public required string Sku { get; init; }

    public required string Description { get; init; }

    public required int Quantity { get; init; }

    /// <summary>In the order's currency.</summary>
    public required decimal UnitPrice { get; init; }
}

internal enum OrderStatus
{
    Received,
    Confirmed,
    Shipped,
    Delivered,
    Cancelled,
}
