using System.Globalization;
using System.Threading.RateLimiting;

using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace B2BAssertions.JwksService.Access;

/// <summary>
/// Slows down who guesses enrolment tokens: an address is counted before any token is looked at. Each replica counts for itself.
/// </summary>
internal static class SubmissionLimits
{
    public static void AddSubmissionLimits(this IServiceCollection services)
    {
        services.AddSingleton<PartnerLimit>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<JwksServiceOptions>>((limiter, settings) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(request =>
                request.GetEndpoint()?.Metadata.GetMetadata<Limited>() is null
                    ? RateLimitPartition.GetNoLimiter(string.Empty)
                    : RateLimitPartition.GetFixedWindowLimiter(
                        Sender.Of(request.Connection.RemoteIpAddress), _ => PerMinute(settings.Value.SubmissionsPerMinuteAndAddress)));
            limiter.OnRejected = AnswerAsync;
        });
    }

    public static FixedWindowRateLimiterOptions PerMinute(int permits) => new() { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) };

    /// <summary>Marks the endpoints that are limited; all others are not.</summary>
    public static RouteHandlerBuilder LimitsSubmissions(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new Limited())
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static async ValueTask AnswerAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        TellWhen(context.Lease, context.HttpContext.Response);
        await RegistryFault.TooManyRequests.ToProblem().ExecuteAsync(context.HttpContext);
    }

    /// <summary>Says when to try again (RFC 6585 §4).</summary>
    public static void TellWhen(RateLimitLease lease, HttpResponse response) =>
        response.Headers.RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
            ? Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)
            : StringValues.Empty;

    private sealed class Limited;
}
