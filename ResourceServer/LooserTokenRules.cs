using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.ResourceServer;

/// <summary>Says at start which rules the settings loosen, and whether its limit is off, so that nobody runs a looser API without knowing.</summary>
internal sealed partial class LooserTokenRules(ResourceServerOptions options, ILogger<LooserTokenRules> logger) : IHostedService
{
    private const string Strictness = "RS-02";
    private const string OtherServers = "RS-10";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.EffectiveTypes.Any(type => type != AccessTokenType.AccessToken))
        {
            var setting = $"{options.Section}:{nameof(options.ValidTypes)}";
            Log.Loosened(logger, Strictness, setting);
            Log.Loosened(logger, OtherServers, setting);
        }

        if (options.EffectiveClientIdClaim != TokenClient.ClientId)
        {
            Log.LoosenedToSubject(logger, OtherServers, $"{options.Section}:{nameof(options.ClientIdClaim)}", options.EffectiveAudience);
        }

        if (options.FailuresPerMinuteAndAddress == RateLimitSettings.Off)
        {
            Log.NotLimited(logger, options.FailuresSetting);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Rule {Rule} is loosened by the setting {Setting}.")]
        public static partial void Loosened(ILogger logger, string rule, string setting);

        [LoggerMessage(LogLevel.Warning, "Access tokens that fail are not limited: {Setting} is 0.")]
        public static partial void NotLimited(ILogger logger, string setting);

        [LoggerMessage(
            LogLevel.Warning,
            "Rule {Rule} is loosened by the setting {Setting}. The issuer must issue tokens for {Audience} by client_credentials alone, or keep the "
            + "names of users and clients apart: a user with a partner's name would be that partner (RFC 9068 §5).")]
        public static partial void LoosenedToSubject(ILogger logger, string rule, string setting, string audience);
    }
}
