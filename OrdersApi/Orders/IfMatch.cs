using System.Diagnostics.CodeAnalysis;

using B2BAssertions.OrdersApi.Database;

using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>The versions of an order that a request may change (RFC 9110 §13.1.1); any, when it names none.</summary>
internal sealed class IfMatch
{
    private readonly IList<EntityTagHeaderValue>? _tags;

    private IfMatch(IList<EntityTagHeaderValue>? tags) => _tags = tags;

    /// <summary>A condition that cannot be read is no condition that was met: the request is refused, not carried out without it.</summary>
    public static bool TryRead(StringValues header, [NotNullWhen(true)] out IfMatch? ifMatch)
    {
        IList<EntityTagHeaderValue>? tags = null;
        var isSound = header.Count == 0 || (EntityTagHeaderValue.TryParseStrictList(header, out tags) && tags.Count > 0);
        ifMatch = isSound ? new IfMatch(tags) : null;
        return isSound;
    }

    /// <summary>Whether this version is named, but by a weak tag, which never counts here.</summary>
    public bool IsWeakFor(OrderRow order) => _tags is not null && OrderTag.IsAmong(_tags, order, useStrongComparison: false);

    public bool IsMetBy(OrderRow order) => _tags is null || OrderTag.IsAmong(_tags, order, useStrongComparison: true);
}
