using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>
/// Says at start which rules the settings loosen, for all clients or for one, and which limits they switch off, so that nobody runs a looser
/// server without knowing.
/// </summary>
internal sealed partial class LooserRules(IOptions<AuthorizationServerOptions> options, ILogger<LooserRules> logger) : IHostedService
{
    private const string Section = AuthorizationServerOptions.Section;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var server = options.Value.ClientAssertion;
        foreach (var (rule, name) in Looser(
            server.AcceptTokenEndpointAudience, server.AcceptAudienceArray, server.MaxLifetime, server.ClockSkew))
        {
            Log.Loosened(logger, rule, $"{Section}:{nameof(AuthorizationServerOptions.ClientAssertion)}:{name}");
        }

        foreach (var (index, client) in options.Value.Clients.Index())
        {
            WarnOf($"{Section}:{nameof(AuthorizationServerOptions.Clients)}:{index}:{nameof(client.ClientAssertion)}", client);
        }

        foreach (var (setting, _) in options.Value.RateLimits.All.Where(limit => limit.PerMinute == RateLimitSettings.Off))
        {
            Log.NotLimited(logger, $"{Section}:{nameof(AuthorizationServerOptions.RateLimits)}:{setting}");
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void WarnOf(string setting, ClientOptions client)
    {
        var own = client.ClientAssertion;
        foreach (var (rule, name) in Looser(own.AcceptTokenEndpointAudience, own.AcceptAudienceArray, own.MaxLifetime, own.ClockSkew))
        {
            Log.LoosenedForClient(logger, rule, $"{setting}:{name}", client.ClientId);
        }
    }

    private static IEnumerable<(string Rule, string Setting)> Looser(
        bool? acceptTokenEndpointAudience,
        bool? acceptAudienceArray,
        TimeSpan? maxLifetime,
        TimeSpan? clockSkew)
    {
        (bool IsLooser, string Rule, string Setting)[] rules =
        [
            (acceptTokenEndpointAudience == true, "AS-07", nameof(ClientAssertionOptions.AcceptTokenEndpointAudience)),
            (acceptAudienceArray == true, "AS-07", nameof(ClientAssertionOptions.AcceptAudienceArray)),
            (maxLifetime > ClientAssertionOptions.DefaultMaxLifetime, "AS-08", nameof(ClientAssertionOptions.MaxLifetime)),
            (clockSkew > ClientAssertionOptions.DefaultClockSkew, "AS-08", nameof(ClientAssertionOptions.ClockSkew)),
            (clockSkew > ClientAssertionOptions.DefaultClockSkew, "AS-09", nameof(ClientAssertionOptions.ClockSkew)),
        ];
        return rules.Where(rule => rule.IsLooser).Select(rule => (rule.Rule, rule.Setting));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Rule {Rule} is loosened by the setting {Setting}.")]
        public static partial void Loosened(ILogger logger, string rule, string setting);

        [LoggerMessage(LogLevel.Warning, "Rule {Rule} is loosened by the setting {Setting}, for client {ClientId} alone.")]
        public static partial void LoosenedForClient(ILogger logger, string rule, string setting, string clientId);

        [LoggerMessage(LogLevel.Warning, "Token requests are not limited: {Setting} is 0.")]
        public static partial void NotLimited(ILogger logger, string setting);
    }
}
