using System.ComponentModel;

using B2BAssertions.OrdersApi.Database;
using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>The orders of the partner that asks, and no one else's (RS-06).</summary>
internal static class OrdersEndpoints
{
    public const string Path = "/orders";

    /// <summary>
    /// Of one order. What a token protects is kept in no cache (<c>no-store</c>), but If-None-Match is for a client that keeps what it got.
    /// So its own cache may, if it asks again each time (with a token, so the answer is still the partner's alone); a shared one never may.
    /// </summary>
    private const string CacheControl = "private, no-cache";

    public static void AddOrders(this IServiceCollection services)
    {
        services.AddScoped<OrderPlacement>();
        services.AddScoped<OrderCancellation>();
        services.AddHostedService<IdempotencyKeySweep>();
        services.AddSingleton<PartnerLimits>();
        services.AddHostedService(provider => provider.GetRequiredService<PartnerLimits>());
    }

    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup(Path)
            .WithTags("Orders")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        var reading = orders.MapGroup("").RequireAuthorization(policy => policy
            .RequireAuthenticatedUser()
            .AddRequirements(new ScopeRequirement(SystemSettings.ReadScope))).LimitsPartners(limits => limits.Reads);
        reading.MapGet("", ListAsync).WithName("ListOrders").WithSummary("The partner's orders, a page at a time, newest last.");
        reading.MapGet("/{id}", GetAsync).WithName("GetOrder").WithSummary("One of the partner's orders.")
            .TakesIfNoneMatch()
            .ProducesProblem(StatusCodes.Status404NotFound);

        // RS-07.
        var changing = orders.MapGroup("").RequireAuthorization(policy => policy
            .RequireAuthenticatedUser()
            .AddRequirements(new ScopeRequirement(SystemSettings.WriteScope), new ClientAuthenticationRequirement())).LimitsPartners(limits => limits.Writes);
        changing.MapPost("", PlaceAsync).WithName("PlaceOrder").WithSummary("Places an order.")
            .WithDescription("Sent again with the same Idempotency-Key it is answered as the first time, and no second order is placed.")
            .Accepts<NewOrder>("application/json")
            .WithMetadata(new RequestSizeLimitAttribute(NewOrder.MaxBodyBytes))
            .TakesIdempotencyKey()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        changing.MapPost("/{id}/cancel", CancelAsync).WithName("CancelOrder")
            .WithSummary("Cancels an order that is received or confirmed.")
            .WithDescription("An order that is cancelled already is answered as it is: who sends this again after a lost answer has lost nothing.")
            .TakesIfMatch()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
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

        var start = await database.NumberOfAsync(partner.ClientId, page.After, cancellationToken);
        if (start is null)
        {
            return PageQuery.AfterInvalid();
        }

        // One more than asked for tells whether there is a next page.
        var rows = await database.OrdersOf(partner.ClientId)
            .Where(order => order.Number > start)
            .OrderBy(order => order.Number)
            .Take(page.Limit + 1)
            .ToListAsync(cancellationToken);
        var orders = rows.Take(page.Limit).Select(Order.From).ToList();
        var next = rows.Count > page.Limit ? page.NextAfter(rows[page.Limit - 1].Id) : null;
        return TypedResults.Ok(new OrderPage(orders, next));
    }

    private static async Task<Results<Ok<Order>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        [Description("Id of the order, for example ord-7k2m9qx4w0a8zt3e5rbn.")] string id,
        CurrentClient partner,
        OrdersDbContext database,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var order = OrderId.TryParse(id, out var orderId)
            ? await database.OrdersOf(partner.ClientId).SingleOrDefaultAsync(row => row.Id == orderId.Value, cancellationToken)
            : null;
        if (order is null)
        {
            return OrderProblems.NotFound();
        }

        context.Response.Headers.CacheControl = CacheControl;
        context.Response.Headers.ETag = OrderTag.Of(order);
        return OrderTag.IsHeldByClient(context.Request.Headers.IfNoneMatch, order)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(Order.From(order));
    }

    private static async Task<Results<Created<Order>, ProblemHttpResult>> PlaceAsync(
        CurrentClient partner,
        OrderPlacement placement,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (!IdempotencyKey.TryRead(context.Request.Headers[IdempotencyKey.HeaderName], out var key, out var malformed))
        {
            return malformed;
        }

        var (wanted, problem) = await NewOrderReader.ReadAsync(context.Request, cancellationToken);
        if (wanted is null)
        {
            return problem!;
        }

        if (await placement.PlaceAsync(partner.ClientId, key, wanted, cancellationToken) is not { } order)
        {
            return OrderProblems.KeyReused();
        }

        context.Response.Headers.ETag = OrderTag.Of(order);
        return TypedResults.Created($"{Path}/{order.Id}", Order.From(order));
    }

    private static async Task<Results<Ok<Order>, ProblemHttpResult>> CancelAsync(
        [Description("Id of the order, for example ord-7k2m9qx4w0a8zt3e5rbn.")] string id,
        CurrentClient partner,
        OrderCancellation cancellation,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (!IfMatch.TryRead(context.Request.Headers.IfMatch, out var ifMatch))
        {
            return OrderProblems.IfMatchMalformed();
        }

        if (!OrderId.TryParse(id, out var orderId))
        {
            return OrderProblems.NotFound();
        }

        var (order, problem) = await cancellation.CancelAsync(partner.ClientId, orderId, ifMatch, cancellationToken);
        if (order is null)
        {
            return problem!;
        }

        context.Response.Headers.ETag = OrderTag.Of(order);
        return TypedResults.Ok(Order.From(order));
    }
}
