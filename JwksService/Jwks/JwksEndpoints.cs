using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.JwksService.Database;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>The published key sets: one address for each partner, and never two partners in one set (KR-01).</summary>
internal static class JwksEndpoints
{
    private const string PartnerUnknown = "partner_unknown";
    private const string NoDefaultPartner = "no_default_partner";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapJwks(this WebApplication app)
    {
        var group = app.MapGroup(string.Empty).WithTags("Key sets");
        Describe(group.MapMethods("/partners/{clientId}/.well-known/jwks", Methods, GetJwksAsync), "The public keys of a partner");
        Describe(group.MapMethods("/.well-known/jwks", Methods, GetDefaultJwksAsync), "The public keys of the default partner");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .Produces<JsonObject>(StatusCodes.Status200OK, JwkSet.MediaType)
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>The set of the partner named in the address.</summary>
    private static async Task<Results<JwkSetHttpResult, ProblemHttpResult>> GetJwksAsync(
        string clientId,
        JwksDbContext database,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        JwksServiceMetrics metrics,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (await database.PublishedSetAsync(clientId, time.GetUtcNow(), cancellationToken) is { } set)
        {
            return new JwkSetHttpResult(set, options.Value.JwksMaxAge, metrics);
        }

        return NotFound(response, metrics, PartnerUnknown, "No partner has this client id. Check the client id in the address.");
    }

    /// <summary>The set at the tutorial's address.</summary>
    private static async Task<Results<JwkSetHttpResult, ProblemHttpResult>> GetDefaultJwksAsync(
        JwksDbContext database,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        JwksServiceMetrics metrics,
        HttpResponse response,
        CancellationToken cancellationToken) =>
        options.Value.DefaultPartner is { Length: > 0 } clientId
            ? await GetJwksAsync(clientId, database, time, options, metrics, response, cancellationToken)
            : NotFound(
                response,
                metrics,
                NoDefaultPartner,
                "No default partner is configured here. Read the partner's own address: /partners/{clientId}/.well-known/jwks.");

    private static ProblemHttpResult NotFound(HttpResponse response, JwksServiceMetrics metrics, string code, string detail)
    {
        // A 404 may be cached by default (RFC 9110 §15.1), and this partner may be registered a minute later.
        response.Headers[HeaderNames.CacheControl] = "no-store";
        metrics.CountJwksAnswer(code);
        return Problems.Create(StatusCodes.Status404NotFound, code, detail);
    }
}
