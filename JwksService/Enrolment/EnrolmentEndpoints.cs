using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace B2BAssertions.JwksService.Enrolment;

/// <param name="Kid">The key's id, as assertions name it.</param>
/// <param name="State">Where the key stands in its life.</param>
/// <param name="JwksUri">Where the key is published.</param>
internal sealed record EnrolledKey(string Kid, KeyState State, string JwksUri);

/// <summary>Where a partner submits a key.</summary>
internal static class EnrolmentEndpoints
{
    public static void AddEnrolment(this IServiceCollection services)
    {
        services.AddScoped<KeyEnrolment>();
        services.AddScoped<EnrolmentTokens>();
        services.AddScoped<ConfiguredTokens>();
        services.AddScoped<EnrolmentStore>();
        services.AddSingleton<KeyProofValidator>();
    }

    public static void MapEnrolment(this WebApplication app) => app
        .MapPost("/partners/{clientId}/keys", EnrolKeyAsync)
        .WithTags("Enrolment")
        .WithSummary("Registers a partner's key, with a one-time enrolment token and a proof of possession")
        .WithEnrolmentTokenScheme()
        .WithMetadata(new RequestSizeLimitAttribute(KeySubmission.MaxBodyBytes))
        .Accepts<KeySubmission>("application/json")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    /// <summary>Checks the enrolment token, the key and the proof, in this order, and registers the key.</summary>
    private static async Task<Results<Created<EnrolledKey>, ProblemHttpResult>> EnrolKeyAsync(
        string clientId,
        HttpContext context,
        KeyEnrolment enrolment,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken)
    {
        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        var result = await enrolment.EnrolAsync(clientId, context.Request, cancellationToken);
        if (!result.IsSound)
        {
            return Refuse(context.Response, result.Fault);
        }

        var jwksUri = options.Value.JwksUri(clientId);
        return TypedResults.Created(jwksUri, new EnrolledKey(result.Value.KeyId, KeyState.Active, jwksUri));
    }

    private static ProblemHttpResult Refuse(HttpResponse response, EnrolmentFault fault)
    {
        if (fault.Status == StatusCodes.Status401Unauthorized)
        {
            // RFC 6750 §3: a request without a token is told the scheme alone.
            response.Headers.WWWAuthenticate = fault == EnrolmentFault.TokenMissing
                ? "Bearer realm=\"enrolment\""
                : "Bearer realm=\"enrolment\", error=\"invalid_token\"";
        }

        return Problems.Create(fault.Status, fault.Code, fault.Detail);
    }
}
