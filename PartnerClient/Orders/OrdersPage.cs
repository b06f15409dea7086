using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Orders;

/// <param name="Next">Address of the next page; null for the last one.</param>
internal sealed record OrdersPage(IReadOnlyList<OrderReport> Orders, Uri? Next)
{
    public static bool TryRead(JsonElement json, Uri address, [NotNullWhen(true)] out OrdersPage? page)
    {
        page = null;
        if (!json.TryGetProperty("orders", out var items) || items.ValueKind != JsonValueKind.Array
            || !TryReadNext(json, address, out var next))
        {
            return false;
        }

        var orders = new List<OrderReport>();
        foreach (var item in items.EnumerateArray())
        {
            if (ReadOrder(item) is not { } order)
            {
                return false;
            }

            orders.Add(order);
        }

        page = new OrdersPage(orders, next);
        return true;
    }

    /// <summary>A further page has to be elsewhere at the same place: the access token goes with the request.</summary>
    private static bool TryReadNext(JsonElement json, Uri address, out Uri? next)
    {
        next = null;
        if (!json.TryGetProperty("next", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        return value.ValueKind == JsonValueKind.String
            && Uri.TryCreate(address, value.GetString(), out next)
            && next.GetLeftPart(UriPartial.Authority) == address.GetLeftPart(UriPartial.Authority)
            && next != address;
    }

    private static OrderReport? ReadOrder(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.GetOptionalString("id") is { } id
        && item.GetOptionalString("placedAt") is { } placedAt
        && item.GetOptionalString("status") is { } status
        && item.GetOptionalString("currency") is { } currency
        && item.TryGetProperty("total", out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDecimal(out var total)
            ? new OrderReport(id, placedAt, status, currency, total)
            : null;
}
