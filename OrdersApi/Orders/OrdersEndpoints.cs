using System.ComponentModel;

using B2BAssertions.OrdersApi.Database;
using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>The orders of the partner that asks, and no one else's (RS-06).</summary>
internal static class OrdersEndpoints
{
    public const string Path = "/orders";

    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup(Path)
            .RequireAuthorization(policy => policy.RequireAuthenticatedUser().AddRequirements(new ScopeRequirement(SystemSettings.ReadScope)))
            .WithTags("Orders")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        orders.MapGet("", ListAsync).WithName("ListOrders").WithSummary("The partner's orders, a page at a time, newest last.");
        orders.MapGet("/{id}", GetAsync).WithName("GetOrder").WithSummary("One of the partner's orders.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<OrderPage>, ProblemHttpResult>> ListAsync(
        CurrentClient partner,
        OrdersDbContext database,
        CancellationToken cancellationToken,
        [Description("Most orders in the page: 1 to 100, by default 20.")] string? limit = null,
        [Description("Id of an order: the page starts behind it.")] string? after = null)
    {
        if (!PageQuery.TryParse(limit, after, out var page, out var problem))
        {
            return problem;
        }

        // One more than asked for tells whether there is a next page.
        var rows = await OrdersOf(partner, database)
            .Where(order => order.Number > page.After.Number)
            .OrderBy(order => order.Number)
            .Take(page.Limit + 1)
            .ToListAsync(cancellationToken);
        var orders = rows.Take(page.Limit).Select(Order.From).ToList();
        var next = rows.Count > page.Limit ? page.NextAfter(new OrderId(rows[page.Limit - 1].Number)) : null;
        return TypedResults.Ok(new OrderPage(orders, next));
    }

    private static async Task<Results<Ok<Order>, ProblemHttpResult>> GetAsync(
        [Description("Id of the order, for example ord-1001.")] string id,
        CurrentClient partner,
        OrdersDbContext database,
        CancellationToken cancellationToken)
    {
        var row = OrderId.TryParse(id, out var orderId)
            ? await OrdersOf(partner, database).SingleOrDefaultAsync(order => order.Number == orderId.Number, cancellationToken)
            : null;
        return row is null ? OrderNotFound() : TypedResults.Ok(Order.From(row));
    }

    private static IQueryable<OrderRow> OrdersOf(CurrentClient partner, OrdersDbContext database) =>
        database.Orders.AsNoTracking().Include(order => order.Lines).Where(order => order.PartnerId == partner.ClientId);

    /// <summary>The same for an order that does not exist and for another partner's: its existence is not told.</summary>
    private static ProblemHttpResult OrderNotFound() => Problems.Create(
        StatusCodes.Status404NotFound,
        "order_not_found",
        "You have no order with this id. Take ids from the list of your orders.");
}
