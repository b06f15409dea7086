using Microsoft.AspNetCore.Mvc;

namespace B2BAssertions.JwksService.Access;

internal static class Administration
{
    /// <summary>Most bytes of a request's body.</summary>
    public const int MaxBodyBytes = 16 * 1024;

    /// <summary>Endpoints that need an access token, and the refusals that come with it.</summary>
    public static RouteGroupBuilder MapAdministration(this IEndpointRouteBuilder app, string path, string policy) => app
        .MapGroup(path)
        .RequireAuthorization(policy)
        .RefusesMalformedAddresses()
        .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
        .WithAccessTokenScheme()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>The refusals that come with a body.</summary>
    public static RouteHandlerBuilder TakesBody(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
}
