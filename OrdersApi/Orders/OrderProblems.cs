using B2BAssertions.OrdersApi.Database;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http.HttpResults;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>Why a request about an order is refused.</summary>
internal static class OrderProblems
{
    /// <summary>The same for an order that does not exist and for another partner's: its existence is not told (RS-06).</summary>
    public static ProblemHttpResult NotFound() => Problems.Create(
        StatusCodes.Status404NotFound, "order_not_found", "You have no order with this id. Take ids from the list of your orders.");

    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors) => Problems.Create(
        StatusCodes.Status400BadRequest,
        "order_invalid",
        "The order is not accepted. Correct each member that errors names, and send it again; the same Idempotency-Key may be used.",
        errors);

    public static ProblemHttpResult KeyMissing() => Problems.Create(
        StatusCodes.Status400BadRequest,
        "idempotency_key_missing",
        $"Send the header {IdempotencyKey.HeaderName} with a new UUID for each order, and the same one when you send that order again.");

    public static ProblemHttpResult KeyMalformed() => Problems.Create(
        StatusCodes.Status400BadRequest,
        "idempotency_key_malformed",
        $"{IdempotencyKey.HeaderName}: expected one string of 1 to {IdempotencyKey.MaxLength} letters, digits and -._~, for example a UUID in quotes.");

    public static ProblemHttpResult KeyReused() => Problems.Create(
        StatusCodes.Status422UnprocessableEntity,
        "idempotency_key_reused",
        $"Another order was placed with this {IdempotencyKey.HeaderName}. Use a new one for a new order; to send an order again, leave it as it was.");

    public static ProblemHttpResult WrongState(OrderStatus status) => Problems.Create(
        StatusCodes.Status409Conflict,
        "order_state",
        $"The order is {status.ToString().ToLowerInvariant()}: only one that is received or confirmed can be cancelled.");

    public static ProblemHttpResult Changed() => Problems.Create(
        StatusCodes.Status412PreconditionFailed,
        "order_changed",
        "The order is not the one that If-Match names: it has changed since. Read it again and decide anew.");

    public static ProblemHttpResult IfMatchWeak() => Problems.Create(
        StatusCodes.Status412PreconditionFailed,
        "if_match_weak",
        "If-Match: a weak ETag, W/\"...\", meets no condition (RFC 9110 §13.1.1). This API answers with strong ones: something on the way, usually "
        + "compression, made it weak. Read the order again with Accept-Encoding: identity, and send that ETag.");

    public static ProblemHttpResult IfMatchMalformed() => Problems.Create(
        StatusCodes.Status400BadRequest,
        "malformed_request",
        "If-Match: expected the ETag of the order as it was answered, in its quotes, or *.");

    public static ProblemHttpResult TooMany(HttpResponse response, TimeSpan retryAfter) => Problems.TooMany(
        response,
        retryAfter,
        "Too many requests of your client at once, or in a minute. Send the same request again after the time in Retry-After, an order with the "
        + "same Idempotency-Key.");

    public static ProblemHttpResult BodyMalformed() => Problems.Create(
        StatusCodes.Status400BadRequest,
        "malformed_request",
        "The body is not one JSON object in which each member stands once.");

    public static ProblemHttpResult BodyNotJson() => Problems.Create(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the order as application/json.");

    public static ProblemHttpResult BodyTooLarge() => Problems.Create(
        StatusCodes.Status413PayloadTooLarge, "request_too_large", $"The body is longer than {NewOrder.MaxBodyBytes} bytes.");
}
