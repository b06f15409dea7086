using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.PartnerKeys;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Submission;

/// <summary>Where a partner submits a key.</summary>
internal static class SubmissionEndpoints
{
    public static void AddSubmission(this IServiceCollection services)
    {
        services.AddScoped<KeySubmissions>();
        services.AddScoped<KeyRegistration>();
        services.AddSingleton<KeyProofValidator>();
    }

    public static void MapSubmission(this WebApplication app) => app
        .MapPost(KeyEndpoints.Path, SubmitAsync)
        .RequireAuthorization(AccessPolicies.KeySubmission)
        .AcceptsEnrolmentToken()
        .RefusesMalformedAddresses()
        .WithMetadata(new RequestSizeLimitAttribute(Administration.MaxBodyBytes))
        .LimitsSubmissions()
        .WithName("SubmitKey")
        .WithTags("Keys")
        .WithSummary("Registers a key with a proof of possession: the first with a one-time enrolment token, later ones with an access token.")
        .Accepts<KeySubmission>("application/json")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .TakesBody()
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Checks the token, the key and the proof, in this order, and registers the key.</summary>
    private static async Task<Results<Created<KeyView>, ProblemHttpResult>> SubmitAsync(
        string clientId,
        HttpContext context,
        KeySubmissions submissions,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken)
    {
        var result = await submissions.SubmitAsync(clientId, context, cancellationToken);
        if (result.IsSound)
        {
            var address = $"{context.Request.Path}/{Uri.EscapeDataString(result.Value.KeyId)}";
            return TypedResults.Created(address, KeyView.From(result.Value, time.GetUtcNow(), options.Value));
        }

        if (result.Fault.RetryAfter is { } retryAfter)
        {
            context.Response.TellRetryAfter(retryAfter);
        }

        if (result.Fault.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"enrolment\", error=\"invalid_token\"";
        }

        return result.Fault.ToProblem();
    }
}
