using System.Globalization;

using Microsoft.OpenApi;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>What the OpenAPI document says of headers, which handlers read and write themselves.</summary>
internal static class ApiHeaders
{
    private const string ETag = "ETag";
    private const string Ok = "200";
    private const string Created = "201";
    private const string NotModified = "304";
    private const string Version = "The version of the order.";

    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder endpoint) => endpoint.Describe(operation =>
    {
        Take(
            operation,
            IdempotencyKey.HeaderName,
            "A string (draft-ietf-httpapi-idempotency-key-header), for example a UUID in quotes: a new one for each order, the same when the order is "
                + "sent again. Keys are the partner's own and kept for "
                + $"{IdempotencyKey.Lifetime.TotalHours.ToString(CultureInfo.InvariantCulture)} hours. A request that was refused uses none up.",
            isRequired: true);
        Answer(operation, Created, ETag, Version);
        Answer(operation, Created, "Location", "Address of the order.");
    });

    public static RouteHandlerBuilder TakesIfNoneMatch(this RouteHandlerBuilder endpoint) => endpoint
        .Produces(StatusCodes.Status304NotModified)
        .Describe(operation =>
        {
            Take(operation, "If-None-Match", "ETag of the version that the partner has: the answer is 304 while it is the newest.");
            Answer(operation, NotModified, ETag, Version);
            Answer(operation, Ok, ETag, Version);
        });

    public static RouteHandlerBuilder TakesIfMatch(this RouteHandlerBuilder endpoint) => endpoint.Describe(operation =>
    {
        Take(operation, "If-Match", "ETag of the version that the partner has seen: if the order has changed since, nothing is done (412).");
        Answer(operation, Ok, ETag, Version);
    });

    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, Action<OpenApiOperation> describe) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            describe(operation);
            return Task.CompletedTask;
        });

    private static void Take(OpenApiOperation operation, string name, string description, bool isRequired = false) =>
        (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Required = isRequired,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });

    private static void Answer(OpenApiOperation operation, string status, string name, string description)
    {
        var response = (OpenApiResponse)operation.Responses![status];
        (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = new OpenApiHeader
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };
    }
}
