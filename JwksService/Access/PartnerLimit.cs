using System.Threading.RateLimiting;

using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Access;

/// <summary>
/// How often a minute the keys of one partner are changed by the partner. Counted when the right to do so is proven, so strangers use up
/// nothing of it; operators are not counted: in an incident they must get through.
/// </summary>
internal sealed class PartnerLimit(IOptions<JwksServiceOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(clientId =>
        RateLimitPartition.GetFixedWindowLimiter(
            clientId, _ => SubmissionLimits.PerMinute(options.Value.SubmissionsPerMinuteAndPartner)));

    /// <summary>A fault when it is too often; the answer then says when to try again.</summary>
    public RegistryFault? Count(string clientId, HttpResponse response)
    {
        using var lease = _limiter.AttemptAcquire(clientId);
        if (lease.IsAcquired)
        {
            return null;
        }

        SubmissionLimits.TellWhen(lease, response);
        return RegistryFault.TooManyRequests;
    }

    public void Dispose() => _limiter.Dispose();
}

internal static class PartnerLimitExtensions
{
    /// <summary>For endpoints that need an access token.</summary>
    public static RouteGroupBuilder LimitsPartners(this RouteGroupBuilder endpoints)
    {
        endpoints.ProducesProblem(StatusCodes.Status429TooManyRequests);
        return endpoints.AddEndpointFilter(async (context, next) =>
        {
            var request = context.HttpContext;
            var actor = Caller.Of(request).Actor;
            return !actor.IsOperator
                && request.RequestServices.GetRequiredService<PartnerLimit>().Count(actor.Name, request.Response) is { } fault
                    ? fault.ToProblem()
                    : await next(context);
        });
    }
}
