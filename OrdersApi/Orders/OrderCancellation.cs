using B2BAssertions.OrdersApi.Database;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>Cancels an order that has not left yet.</summary>
internal sealed class OrderCancellation(OrdersDbContext database)
{
    /// <summary>The cancelled order, or why it is not cancelled.</summary>
    public async Task<(OrderRow? Order, ProblemHttpResult? Problem)> CancelAsync(
        string partnerId,
        OrderId id,
        IfMatch ifMatch,
        CancellationToken cancellationToken)
    {
        // Another turn when somebody else has changed the order in between: then it is decided on what it is now.
        while (true)
        {
            if (await database.OrdersOf(partnerId).SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken) is not { } order)
            {
                return (null, OrderProblems.NotFound());
            }

            // A request that is sent again after a lost answer finds done what it asks for, and an If-Match from before (RFC 9110 §13.1.1).
            if (order.Status == OrderStatus.Cancelled)
            {
                return (order, null);
            }

            if (Refusal(order, ifMatch) is { } problem)
            {
                return (null, problem);
            }

            if (await TryCancelAsync(order, cancellationToken))
            {
                return (order, null);
            }
        }
    }

    /// <summary>RFC 9110 §13.2.1: a precondition counts only where the request would succeed without it.</summary>
    private static ProblemHttpResult? Refusal(OrderRow order, IfMatch ifMatch)
    {
        if (order.Status is not (OrderStatus.Received or OrderStatus.Confirmed))
        {
            return OrderProblems.WrongState(order.Status);
        }

        if (ifMatch.IsMetBy(order))
        {
            return null;
        }

        return ifMatch.IsWeakFor(order) ? OrderProblems.IfMatchWeak() : OrderProblems.Changed();
    }

    /// <summary>One statement, which changes the version that was read or nothing.</summary>
    private async Task<bool> TryCancelAsync(OrderRow order, CancellationToken cancellationToken)
    {
        var changed = await database.Orders
            .Where(row => row.Number == order.Number && row.Version == order.Version)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.Status, OrderStatus.Cancelled).SetProperty(it => it.Version, it => it.Version + 1),
                cancellationToken);
        if (changed == 0)
        {
            return false;
        }

        order.Status = OrderStatus.Cancelled;
        order.Version++;
        return true;
    }
}
