using System.Globalization;

using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Access;

/// <summary>
/// Slows down who guesses enrolment tokens, and how often a partner changes its keys. Each replica counts for itself.
/// </summary>
internal sealed class SubmissionLimits(IOptions<JwksServiceOptions> options, TimeProvider time)
{
    private readonly RateLimit<string> _addresses = new(options.Value.SubmissionsPerMinuteAndAddress, time);
    private readonly RateLimit<string> _partners = new(options.Value.SubmissionsPerMinuteAndPartner, time);

    /// <summary>Counts a request before any token is looked at. A fault when it is too often; the answer then says when to try again.</summary>
    public RegistryFault? CountAddress(HttpContext request) =>
        Answer(_addresses.Take(Sender.Of(request.Connection.RemoteIpAddress)), request.Response);

    /// <summary>
    /// Counts a change of the partner's keys by the partner, when the right to it is proven: strangers use up nothing of it. Operators are not
    /// counted: in an incident they must get through.
    /// </summary>
    public RegistryFault? CountPartner(string clientId, HttpResponse response) => Answer(_partners.Take(clientId), response);

    private static RegistryFault? Answer(TimeSpan? wait, HttpResponse response)
    {
        if (wait is not { } time)
        {
            return null;
        }

        // RFC 6585 §4.
        response.Headers.RetryAfter = Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return RegistryFault.TooManyRequests;
    }
}

internal static class SubmissionLimitsExtensions
{
    /// <summary>Marks the endpoints whose requests are counted for their address; all others are not.</summary>
    public static RouteHandlerBuilder LimitsSubmissions(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new Limited())
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <summary>For endpoints that need an access token.</summary>
    public static RouteGroupBuilder LimitsPartners(this RouteGroupBuilder endpoints)
    {
        endpoints.ProducesProblem(StatusCodes.Status429TooManyRequests);
        return endpoints.AddEndpointFilter(async (context, next) =>
        {
            var request = context.HttpContext;
            var actor = Caller.Of(request).Actor;
            return !actor.IsOperator
                && request.RequestServices.GetRequiredService<SubmissionLimits>().CountPartner(actor.Name, request.Response) is { } fault
                    ? fault.ToProblem()
                    : await next(context);
        });
    }

    public static void UseSubmissionLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<SubmissionLimits>();
        app.Use((context, next) =>
            context.GetEndpoint()?.Metadata.GetMetadata<Limited>() is not null && limits.CountAddress(context) is { } fault
                ? fault.ToProblem().ExecuteAsync(context)
                : next(context));
    }

    private sealed class Limited;
}
