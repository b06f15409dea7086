using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>The id of an order as partners see it, <c>ord-1001</c>: its number, which orders are sorted by, in one spelling only.</summary>
internal readonly record struct OrderId(long Number)
{
    private const string Prefix = "ord-";

    public static bool TryParse([NotNullWhen(true)] string? text, out OrderId id)
    {
        id = default;
        if (text is null
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !long.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new OrderId(number);
        return id.ToString() == text;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Number}");
}
