using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Partners;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>The published key sets: one address for each partner, and never two partners in one set (KR-01).</summary>
internal static class JwksEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void AddJwks(this IServiceCollection services)
    {
        services.AddSingleton<PublishedSets>();
        services.AddHostedService<PublishedSetsRefresh>();
        services.AddSingleton<DatabaseReach>();
        services.AddHealthChecks().AddCheck<DatabaseReach>(DatabaseReach.HealthCheckName);
        services.AddExceptionHandler<DatabaseAway>();
    }

    public static void MapJwks(this WebApplication app)
    {
        var group = app.MapGroup(string.Empty).WithTags("Key sets").AllowAnonymous();
        Describe(group.MapMethods($"{PartnerEndpoints.Path}/{{clientId}}/.well-known/jwks", Methods, GetJwksAsync))
            .WithName("GetKeySet").WithSummary("The public keys of a partner, for everyone.");
        Describe(group.MapMethods("/.well-known/jwks", Methods, GetDefaultJwksAsync))
            .WithName("GetDefaultKeySet").WithSummary("The public keys of the default partner, where one is configured.");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
        .RefusesMalformedAddresses()
        .Produces<JsonObject>(StatusCodes.Status200OK, JwkSet.MediaType)
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>The set of the partner named in the address.</summary>
    private static async Task<Results<JwkSetHttpResult, ProblemHttpResult>> GetJwksAsync(
        string clientId,
        PublishedSets publishedSets,
        RegistryLimits limits,
        IOptions<JwksServiceOptions> options,
        JwksServiceMetrics metrics,
        HttpContext context,
        CancellationToken cancellationToken) =>
        await publishedSets.FindAsync(clientId, cancellationToken) is { } set
            ? new JwkSetHttpResult(set, options.Value.JwksMaxAge, metrics)
            : Refuse(limits.CountUnknown(context) ?? RegistryFault.PartnerUnknown, context.Response, metrics);

    /// <summary>The set at the tutorial's address.</summary>
    private static async Task<Results<JwkSetHttpResult, ProblemHttpResult>> GetDefaultJwksAsync(
        PublishedSets publishedSets,
        RegistryLimits limits,
        IOptions<JwksServiceOptions> options,
        JwksServiceMetrics metrics,
        HttpContext context,
        CancellationToken cancellationToken) =>
        options.Value.DefaultPartner is { Length: > 0 } clientId
            ? await GetJwksAsync(clientId, publishedSets, limits, options, metrics, context, cancellationToken)
            : Refuse(RegistryFault.NoDefaultPartner, context.Response, metrics);

    private static ProblemHttpResult Refuse(RegistryFault fault, HttpResponse response, JwksServiceMetrics metrics)
    {
        // A 404 may be cached by default (RFC 9110 §15.1), and this partner may be registered a minute later.
        response.Headers[HeaderNames.CacheControl] = "no-store";
        metrics.CountJwksAnswer(fault.Code);
        return fault.ToProblem();
    }
}
