using System.Globalization;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Database;

/// <summary>A few orders to look at: the same ones in every new database, other ones for every partner.</summary>
internal static class SampleOrders
{
    private const long FirstNumber = 1001;
    private const int OrdersOfFirstPartner = 6;
    private const int OrdersOfOtherPartners = 3;
    private const string Currency = "EUR";

    private static readonly DateTimeOffset FirstPlacedAt = new(2026, 3, 2, 8, 15, 0, TimeSpan.Zero);

    private static readonly TimeSpan BetweenOrders = new(days: 2, hours: 3, minutes: 40, seconds: 0);

    private static readonly (string Sku, string Description, decimal UnitPrice)[] Articles =
    [
        ("PMP-200", "Circulation pump 200 W", 184.50m),
        ("VLV-015", "Ball valve DN15, brass", 12.90m),
        ("SNS-PT1", "Temperature sensor PT1000", 23.75m),
        ("CTL-4CH", "Heating controller, four channels", 312.00m),
        ("PIP-022", "Copper pipe 22 mm, 5 m", 41.20m),
        ("GSK-SET", "Gasket set", 6.35m),
        ("FLT-010", "Dirt filter DN25", 38.60m),
    ];

    public static async Task AddToEmptyAsync(DbContext context, IReadOnlyList<string> partners, CancellationToken cancellationToken)
    {
        if (partners.Count == 0 || await context.Set<OrderRow>().AnyAsync(cancellationToken))
        {
            return;
        }

        context.AddRange(For(partners));
        await context.SaveChangesAsync(cancellationToken);
        await CountOnFromAsync(context, cancellationToken);
    }

    /// <summary>SQLite goes on behind the greatest number; PostgreSQL does not notice numbers that it did not give itself.</summary>
    private static async Task CountOnFromAsync(DbContext context, CancellationToken cancellationToken)
    {
        if (context.Database.IsNpgsql())
        {
            await context.Database.ExecuteSqlAsync(
                $"""SELECT setval(pg_get_serial_sequence('"Orders"', 'Number'), (SELECT MAX("Number") FROM "Orders"))""",
                cancellationToken);
        }
    }

    private static IEnumerable<OrderRow> For(IReadOnlyList<string> partners) =>
        partners.SelectMany((partner, index) => Enumerable.Repeat(partner, index == 0 ? OrdersOfFirstPartner : OrdersOfOtherPartners))
            .Select(Order);

    private static OrderRow Order(string partner, int index) => new()
    {
        Number = FirstNumber + index,
        Id = string.Create(CultureInfo.InvariantCulture, $"ord-{FirstNumber + index}"),
        PartnerId = partner,
        PlacedAt = FirstPlacedAt + (index * BetweenOrders),
        Status = (OrderStatus)((index + 3) % Enum.GetValues<OrderStatus>().Length),
        Currency = Currency,
        Lines = [.. Enumerable.Range(0, 1 + (index % 3)).Select(line => Line(index, line))],
    };

    private static OrderLineRow Line(int order, int line)
    {
        var (sku, description, unitPrice) = Articles[((order * 2) + (line * 3)) % Articles.Length];
        return new OrderLineRow
        {
            Number = line + 1,
            Sku = sku,
            Description = description,
            Quantity = 1 + ((order + (line * 4)) % 9),
            UnitPrice = unitPrice,
        };
    }
}
