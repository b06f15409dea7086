using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.RateLimits;

/// <summary>
/// Says when a proxy seems to stand in front and names the sender in vain. Then every sender is the proxy, and whoever sends or fails too
/// often uses up the limits of all.
/// </summary>
internal sealed partial class UntakenSender(
    IOptions<ForwardedHeadersOptions> forwarding,
    TimeProvider timeProvider,
    ILogger<UntakenSender> logger)
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <summary>RFC 7239; the framework does not read it.</summary>
    private const string Forwarded = "Forwarded";

    private readonly LogPace _pace = new(timeProvider);

    public void LookFor(HttpContext request)
    {
        var header = request.Request.Headers.ContainsKey(ForwardedFor) ? ForwardedFor
            : request.Request.Headers.ContainsKey(Forwarded) ? Forwarded
            : null;
        if (header is not null && !forwarding.Value.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedFor) && _pace.IsDue(out _))
        {
            Log.Untaken(logger, header, request.Connection.RemoteIpAddress?.ToString() ?? "-");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "A token request from {Address} names another sender in {Header}, which is not read. If {Address} is your proxy, all partners share "
            + "its limits, and any stranger can use them up: set ASPNETCORE_FORWARDEDHEADERS_ENABLED=true and have the proxy overwrite "
            + "X-Forwarded-For. If no proxy stands in front, the sender made it up, and there is nothing to do.")]
        public static partial void Untaken(ILogger logger, string header, string address);
    }
}
