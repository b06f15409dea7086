using System.ComponentModel;

using B2BAssertions.OrdersApi.Database;

namespace B2BAssertions.OrdersApi.Orders;

[Description("An order of the partner that asks.")]
internal sealed record Order(
    [property: Description("Id of the order, for example ord-7k2m9qx4w0a8zt3e5rbn.")] string Id,
    DateTimeOffset PlacedAt,
    OrderStatus Status,
    [property: Description("ISO 4217 code of every amount in the order.")] string Currency,
    [property: Description("Sum of quantity times unit price over the lines.")] decimal Total,
    IReadOnlyList<OrderLine> Lines)
{
    public static Order From(OrderRow row) => new(
        row.Id,
        row.PlacedAt,
        row.Status,
        row.Currency,
        Amount.WithDecimals(row.Lines.Sum(line => line.Quantity * line.UnitPrice)),
        [.. row.Lines.OrderBy(line => line.Number).Select(OrderLine.From)]);
}

internal sealed record OrderLine(string Sku, string Description, int Quantity, decimal UnitPrice)
{
    public static OrderLine From(OrderLineRow row) => new(row.Sku, row.Description, row.Quantity, Amount.WithDecimals(row.UnitPrice));
}

[Description("A page of orders, newest last.")]
internal sealed record OrderPage(
    IReadOnlyList<Order> Orders,
    [property: Description("Address of the next page; null on the last one.")] string? Next);
