using Microsoft.Extensions.Logging;

namespace B2BAssertions.PartnerClient.AccessTokens.Settings;

/// <summary>One warning for each option that is looser than its default.</summary>
internal static partial class LooserOptions
{
    public static void Warn(ILogger logger, SettingNames names, AccessTokenOptions options)
    {
        if (options.AllowHttp && !options.HostWarnsOfHttp)
        {
            Log.HttpIsAllowed(logger, names.Of(nameof(options.AllowHttp)));
        }

        if (options.AssertionAudience != AccessTokenOptions.AudienceIssuer)
        {
            Log.Loosened(logger, "PC-02", names.Of(nameof(options.AssertionAudience)), "a server may pass the assertion on to another");
        }

        if (options.AssertionType != AccessTokenOptions.TypeClientAuthentication)
        {
            Log.Loosened(logger, "RFC 8725 §3.11", names.Of(nameof(options.AssertionType)), "another JWT of this client may pass for one");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Setting} is on: plain http is accepted, so assertions and tokens can be read on the wire.")]
        public static partial void HttpIsAllowed(ILogger logger, string setting);

        [LoggerMessage(LogLevel.Warning, "Rule {Rule} is loosened by the setting {Setting}: {Risk}.")]
        public static partial void Loosened(ILogger logger, string rule, string setting, string risk);
    }
}
