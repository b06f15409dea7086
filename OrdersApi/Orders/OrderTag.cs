using System.Globalization;

using B2BAssertions.OrdersApi.Database;

using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>The strong ETag of an order (RFC 9110 §8.8.3): which order it is, so that no other's is taken for it, and its version.</summary>
internal static class OrderTag
{
    public static string Of(OrderRow order) => Header(order).ToString();

    /// <summary>Whether If-None-Match says that the client holds this version (RFC 9110 §13.1.2); what cannot be read says nothing.</summary>
    public static bool IsHeldByClient(StringValues ifNoneMatch, OrderRow order) =>
        EntityTagHeaderValue.TryParseStrictList(ifNoneMatch, out var tags) && IsAmong(tags, order, useStrongComparison: false);

    internal static bool IsAmong(IEnumerable<EntityTagHeaderValue> tags, OrderRow order, bool useStrongComparison) =>
        tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(Header(order), useStrongComparison));

    private static EntityTagHeaderValue Header(OrderRow order) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{order.Id}.{order.Version}\""));
}
