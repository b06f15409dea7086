using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>Says at start which rules the settings loosen, so that nobody runs a looser server without knowing.</summary>
internal sealed partial class LooserRules(IOptions<AuthorizationServerOptions> options, ILogger<LooserRules> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var rules = options.Value.ClientAssertion;
        Warn(rules.AcceptTokenEndpointAudience, "AS-07", nameof(rules.AcceptTokenEndpointAudience));
        Warn(rules.AcceptAudienceArray, "AS-07", nameof(rules.AcceptAudienceArray));
        Warn(rules.MaxLifetime > ClientAssertionOptions.DefaultMaxLifetime, "AS-08", nameof(rules.MaxLifetime));
        Warn(rules.ClockSkew > ClientAssertionOptions.DefaultClockSkew, "AS-09", nameof(rules.ClockSkew));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Warn(bool isLooser, string rule, string setting)
    {
        if (isLooser)
        {
            Log.Loosened(logger, rule, $"{AuthorizationServerOptions.Section}:{nameof(ClientAssertion)}:{setting}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Rule {Rule} is loosened by the setting {Setting}.")]
        public static partial void Loosened(ILogger logger, string rule, string setting);
    }
}
