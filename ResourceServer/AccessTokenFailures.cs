using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// Tokens that were refused: told in the log at a pace, and counted by the address they came from. Once an address has used up its failures,
/// its tokens are not looked at for a while: a stranger's flood costs neither signatures nor lines.
/// </summary>
internal sealed partial class AccessTokenFailures(
    ResourceServerOptions options,
    ResourceServerMetrics metrics,
    TimeProvider time,
    ILogger<AccessTokenFailures> logger)
{
    private readonly RateLimit<string> _perAddress = new(options.FailuresPerMinuteAndAddress, time);
    private readonly LogPaces<(string Check, string Sender)> _paces = new(time);

    /// <summary>Before anything of a token is read: why its sender has to wait; null when it need not.</summary>
    public AccessTokenRefusal? Look(HttpContext request)
    {
        var sender = SenderOf(request);
        if (_perAddress.Look(sender) is not { } wait)
        {
            return null;
        }

        var refusal = AccessTokenRefusal.TooManyFailures(wait);
        if (_paces.IsDue((refusal.Code, sender), out var heldBack))
        {
            Log.Limited(logger, AddressOf(request), refusal.Code, options.FailuresSetting, heldBack);
        }

        return refusal;
    }

    /// <summary>Counts credentials that are no token at all.</summary>
    public void Count(HttpContext request) => _perAddress.Take(SenderOf(request));

    /// <summary>Counts a token that failed a check, and tells the operator which.</summary>
    public void Record(HttpContext request, AccessTokenFault fault, JsonWebToken? unverified, string? claimedClient)
    {
        Count(request);
        metrics.TokenRefused(fault.Check);
        if (_paces.IsDue((fault.Check, SenderOf(request)), out var heldBack))
        {
            Log.TokenRefused(
                logger,
                AccessTokenRefusal.Invalid.Code,
                fault.Check,
                Printable.From(fault.Expected),
                Printable.From(fault.Found),
                Printable.From(unverified?.Kid),
                Printable.From(claimedClient),
                AddressOf(request),
                heldBack);
        }
    }

    private static string SenderOf(HttpContext request) => Sender.Of(request.Connection.RemoteIpAddress);

    private static string AddressOf(HttpContext request) => request.Connection.RemoteIpAddress?.ToString() ?? "-";

    private static partial class Log
    {
        [LoggerMessage(
            3,
            LogLevel.Information,
            "Access token refused ({Code}): {Check}, expected {Expected}, found {Found}. Unverified: kid {Kid}, client {Client}. Address {Address}; "
            + "{HeldBack} more of this check and sender since the last such line.")]
        public static partial void TokenRefused(
            ILogger logger, string code, string check, string expected, string found, string kid, string client, string address, int heldBack);

        [LoggerMessage(
            7,
            LogLevel.Warning,
            "Access tokens from {Address} are not looked at ({Code}), by {Setting}; {HeldBack} more since the last such line.")]
        public static partial void Limited(ILogger logger, string address, string code, string setting, int heldBack);
    }
}
