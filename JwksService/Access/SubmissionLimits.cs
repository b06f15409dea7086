using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace B2BAssertions.JwksService.Access;

/// <summary>
/// Slows down who guesses enrolment tokens: an address is counted before any token is looked at. Each replica counts for itself.
/// </summary>
internal static class SubmissionLimits
{
    private const int IPv6NetworkBytes = 8;

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
                        SenderOf(request.Connection.RemoteIpAddress), _ => PerMinute(settings.Value.SubmissionsPerMinuteAndAddress)));
            limiter.OnRejected = AnswerAsync;
        });
    }

    public static FixedWindowRateLimiterOptions PerMinute(int permits) => new() { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) };

    /// <summary>Marks the endpoints that are limited; all others are not.</summary>
    public static RouteHandlerBuilder LimitsSubmissions(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new Limited())
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <summary>One IPv6 sender has a network of 2^64 addresses at least, so the network counts (RFC 6177 §2).</summary>
    internal static string SenderOf(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes(), 0, IPv6NetworkBytes),
        _ => address.ToString(),
    };

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
