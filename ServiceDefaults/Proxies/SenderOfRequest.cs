using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using IPNetwork = System.Net.IPNetwork;

namespace B2BAssertions.ServiceDefaults.Proxies;

/// <summary>
/// Who sent a request, and whether by https: what a known proxy says of it, and else what the connection says. Where an unknown one says
/// otherwise, that is told, because a proxy that is not known makes all that come through it one sender: whoever sends or fails too often
/// then uses up the limits of all, and the audit trail names nobody.
/// </summary>
internal sealed partial class SenderOfRequest
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <summary>RFC 7239; the framework does not read it.</summary>
    private const string Forwarded = "Forwarded";

    /// <summary>ASPNETCORE_FORWARDEDHEADERS_ENABLED, as configuration names it.</summary>
    private const string FrameworksSwitch = "ForwardedHeaders_Enabled";

    private readonly RequestDelegate _next;
    private readonly ForwardedHeadersMiddleware _taken;
    private readonly IReadOnlyList<IPNetwork> _known;
    private readonly LogPace _pace;
    private readonly ILogger<SenderOfRequest> _logger;

    public SenderOfRequest(
        RequestDelegate next,
        IOptions<KnownProxiesOptions> options,
        IConfiguration configuration,
        TimeProvider timeProvider,
        ILoggerFactory loggers)
    {
        _next = next;
        _known = [.. options.Value.KnownNetworks.Select(KnownNetwork.Parse)];
        _taken = new ForwardedHeadersMiddleware(next, loggers, Options.Create(Take(options.Value.ForwardLimit, _known)));
        _pace = new LogPace(timeProvider);
        _logger = loggers.CreateLogger<SenderOfRequest>();
        if (_known.Count == 0 && string.Equals(configuration[FrameworksSwitch], "true", StringComparison.OrdinalIgnoreCase))
        {
            Log.SwitchHasNoEffect(_logger);
        }
    }

    public Task InvokeAsync(HttpContext context)
    {
        // Here and not in the framework alone, which believes whoever has no address, as on a Unix socket.
        if (IsKnown(context.Connection.RemoteIpAddress))
        {
            return _taken.Invoke(context);
        }

        LookForUntaken(context);
        return _next(context);
    }

    private static ForwardedHeadersOptions Take(int limit, IReadOnlyList<IPNetwork> known)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = limit,
        };
        // This machine is known by default.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in known)
        {
            options.KnownIPNetworks.Add(network);
        }

        return options;
    }

    private bool IsKnown(IPAddress? peer)
    {
        var address = peer is { IsIPv4MappedToIPv6: true } ? peer.MapToIPv4() : peer;
        return address is not null && _known.Any(network => network.Contains(address));
    }

    private void LookForUntaken(HttpContext context)
    {
        var header = context.Request.Headers.ContainsKey(ForwardedFor) ? ForwardedFor
            : context.Request.Headers.ContainsKey(Forwarded) ? Forwarded
            : null;
        if (header is not null && _pace.IsDue(out _))
        {
            Log.Untaken(_logger, header, context.Connection.RemoteIpAddress?.ToString() ?? "-");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "ASPNETCORE_FORWARDEDHEADERS_ENABLED is on and has no effect: it would let every sender name another one. "
            + "Name the networks of your proxies in " + KnownProxiesOptions.NetworksSetting + ".")]
        public static partial void SwitchHasNoEffect(ILogger logger);

        [LoggerMessage(
            LogLevel.Warning,
            "A request from {Address} names another sender in {Header}, which is not taken. If {Address} is your proxy, all who come through "
            + "it are one sender, and any stranger can use up their limits: add it to " + KnownProxiesOptions.NetworksSetting
            + " and have it overwrite or extend X-Forwarded-For. If it is not yours, it made the header up, and there is nothing to do.")]
        public static partial void Untaken(ILogger logger, string header, string address);
    }
}
