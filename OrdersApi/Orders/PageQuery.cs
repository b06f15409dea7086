using System.Diagnostics.CodeAnalysis;
using System.Globalization;

using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http.HttpResults;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>Which orders of a partner a page holds: at most <c>Limit</c>, those after an order, or from the first one on.</summary>
internal sealed record PageQuery(int Limit, OrderId? After)
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

    /// <summary>Reads the query parameters itself, so that a bad one is told with its name and its range.</summary>
    public static bool TryParse(
        string? limit,
        string? after,
        [NotNullWhen(true)] out PageQuery? query,
        [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        query = null;
        problem = null;
        var size = DefaultLimit;
        if (limit is not null
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > MaxLimit))
        {
            problem = PageInvalid($"limit: expected a number from 1 to {MaxLimit}.");
            return false;
        }

        var start = default(OrderId);
        if (after is not null && !OrderId.TryParse(after, out start))
        {
            problem = AfterInvalid();
            return false;
        }

        query = new PageQuery(size, after is null ? null : start);
        return true;
    }

    public string NextAfter(string last) => string.Create(CultureInfo.InvariantCulture, $"{OrdersEndpoints.Path}?limit={Limit}&after={last}");

    /// <summary>Another partner's order is as unknown as one that does not exist (RS-06).</summary>
    public static ProblemHttpResult AfterInvalid() => PageInvalid("after: expected the id of one of your orders, as in 'next' of the page before.");

    private static ProblemHttpResult PageInvalid(string detail) => Problems.Create(StatusCodes.Status400BadRequest, "page_invalid", detail);
}
