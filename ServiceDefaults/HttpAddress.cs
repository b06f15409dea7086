using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.ServiceDefaults;

/// <summary>Checks of the addresses in settings: absolute, https unless <c>AllowHttp</c> says otherwise, no user name, query or fragment.</summary>
public static partial class HttpAddress
{
    public static bool IsHttpAllowed(IConfiguration configuration) => configuration.GetValue<bool>(SettingNames.AllowHttp);

    /// <summary>What is wrong with an address, naming the setting; null when nothing is.</summary>
    public static string? Validate(string settingName, string? value, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return $"{settingName} is missing: expected an absolute https address.";
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            // Not repeated: it may hold a password.
            return $"{settingName} is wrong: expected an absolute https address without user name, query or fragment.";
        }

        return uri.Scheme == Uri.UriSchemeHttp && !IsHttpAllowed(configuration)
            ? $"{settingName} is '{value}': expected https. Plain http needs {SettingNames.AllowHttp}=true, meant for one machine only."
            : null;
    }

    internal static void WarnIfHttpIsAllowed(WebApplication app)
    {
        if (IsHttpAllowed(app.Configuration))
        {
            Log.HttpIsAllowed(app.Logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "AllowHttp is on: addresses with plain http are accepted, so assertions and tokens can be read on the wire.")]
        public static partial void HttpIsAllowed(ILogger logger);
    }
}
