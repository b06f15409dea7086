using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// Keeps the frameworks from logging what must not be logged, whatever the configuration asks for: at Trace OpenIddict logs whole tokens,
/// from Information down the value of each parameter that it does not know, so an assertion under a misspelt name; Data Protection logs its
/// keys; the web server's request lines hold the query, where a misled client may have put one; and at Trace HttpClient logs its headers with
/// the credentials in them: stars in the text, but as they are in the attributes that OpenTelemetry exports (PC-07).
/// </summary>
internal static class LogSecrecy
{
    private static readonly (string Category, LogLevel Lowest)[] Limits =
    [
        ("OpenIddict", LogLevel.Warning),
        ("Microsoft.AspNetCore.DataProtection", LogLevel.Information),
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning),
        ("System.Net.Http.HttpClient", LogLevel.Debug),
    ];

    /// <summary>After every rule of the configuration, provider by provider, comes one that asks for no less than the limit.</summary>
    public static void AddLogSecrecy(this IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(options =>
    {
        var configured = options.Rules.ToList();
        options.Rules.Clear();
        foreach (var rule in configured)
        {
            options.Rules.Add(Limit(rule));
        }
    });

    private static LoggerFilterRule Limit(LoggerFilterRule rule) => new(
        rule.ProviderName,
        rule.CategoryName,
        rule.LogLevel,
        (provider, category, level) =>
            !Limits.Any(limit => level < limit.Lowest && category?.StartsWith(limit.Category, StringComparison.Ordinal) == true)
            && rule.Filter?.Invoke(provider, category, level) != false);
}
