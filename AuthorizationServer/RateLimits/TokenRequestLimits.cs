using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.RateLimits;

/// <summary>
/// The limits of token requests. What is counted for a client, that client did: its requests count when they are authenticated, its
/// failures count for the address they came from. So nobody who knows a client id can lock the client out from elsewhere.
/// </summary>
internal sealed partial class TokenRequestLimits
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RateLimit<string> _requests;
    private readonly RateLimit<string> _authenticated;
    private readonly RateLimit<string> _failures;
    private readonly RateLimit<(string ClientId, string Sender)> _clientFailures;

    public TokenRequestLimits(IOptions<AuthorizationServerOptions> options, TimeProvider timeProvider, ILogger<TokenRequestLimits> logger)
    {
        _time = timeProvider;
        _logger = logger;
        var limits = options.Value.RateLimits;
        _requests = Limit<string>(nameof(limits.RequestsPerMinuteAndAddress), limits.RequestsPerMinuteAndAddress);
        _authenticated = Limit<string>(nameof(limits.RequestsPerMinuteAndClient), limits.RequestsPerMinuteAndClient);
        _failures = Limit<string>(nameof(limits.FailuresPerMinuteAndAddress), limits.FailuresPerMinuteAndAddress);
        _clientFailures = Limit<(string, string)>(nameof(limits.FailuresPerMinuteAndClient), limits.FailuresPerMinuteAndClient);
    }

    /// <summary>Before anything of a request is read: counts it, and looks how often its sender failed.</summary>
    public LimitReached? Receive(HttpContext request) =>
        Reached(nameof(RateLimitOptions.RequestsPerMinuteAndAddress), _requests.Take(SenderOf(request)))
        ?? Reached(nameof(RateLimitOptions.FailuresPerMinuteAndAddress), _failures.Look(SenderOf(request)));

    /// <summary>Before anything is looked up or verified: whether the client that the request claims to be from has used up what is its own.</summary>
    public LimitReached? Claim(string? clientId, HttpContext request) => !CanBeClientId(clientId)
        ? null
        : Reached(nameof(RateLimitOptions.RequestsPerMinuteAndClient), _authenticated.Look(clientId!), clientId)
            ?? Reached(nameof(RateLimitOptions.FailuresPerMinuteAndClient), _clientFailures.Look((clientId!, SenderOf(request))));

    /// <summary>Counts a request that its client authenticated.</summary>
    public LimitReached? Authenticated(string clientId) =>
        Reached(nameof(RateLimitOptions.RequestsPerMinuteAndClient), _authenticated.Take(clientId), clientId);

    /// <summary>Counts a request that got no further than to the authentication of its client.</summary>
    public void Failed(string? clientId, HttpContext request)
    {
        _failures.Take(SenderOf(request));
        if (CanBeClientId(clientId))
        {
            _clientFailures.Take((clientId!, SenderOf(request)));
        }
    }

    /// <summary>A stranger's text is not kept at any length.</summary>
    private static bool CanBeClientId(string? clientId) => clientId is { Length: > 0 and <= UsedAssertion.MaxClientIdLength };

    private static string SenderOf(HttpContext request) => Sender.Of(request.Connection.RemoteIpAddress);

    private static LimitReached? Reached(string limit, TimeSpan? wait, string? usedUpBy = null) =>
        wait is { } retryAfter ? new LimitReached(Setting(limit), retryAfter, usedUpBy) : null;

    private static string Setting(string limit) =>
        $"{AuthorizationServerOptions.Section}:{nameof(AuthorizationServerOptions.RateLimits)}:{limit}";

    private RateLimit<TKey> Limit<TKey>(string limit, int permitsPerMinute)
        where TKey : notnull
    {
        var pace = new LogPace(_time);
        return new RateLimit<TKey>(permitsPerMinute, _time, whenFull: () =>
        {
            if (pace.IsDue(out _))
            {
                Log.Full(_logger, Setting(limit), RateLimit<TKey>.MaxKeys);
            }
        });
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "More than {MaxKeys} senders at once: those that come now share one allowance of {Setting}. Stop the flood in front of this server.")]
        public static partial void Full(ILogger logger, string setting, int maxKeys);
    }
}
