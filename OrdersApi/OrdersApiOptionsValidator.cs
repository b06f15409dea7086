using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.OrdersApi;

/// <summary>Names the setting at fault and what is expected there.</summary>
internal sealed class OrdersApiOptionsValidator(IConfiguration configuration) : IValidateOptions<OrdersApiOptions>
{
    private const int MostConcurrent = 1000;

    public ValidateOptionsResult Validate(string? name, OrdersApiOptions options)
    {
        string?[] faults =
        [
            .. ResourceServerSettings.Validate(options.ToResourceServer(), configuration),
            HttpAddress.Validate(Setting(nameof(options.Resource)), options.Resource, configuration),
            CheckSeedOrdersFor(options.SeedOrdersFor),
            RateLimitSettings.Validate(Setting(nameof(options.ConcurrentReadsPerPartner)), options.ConcurrentReadsPerPartner, MostConcurrent),
            RateLimitSettings.Validate(Setting(nameof(options.ConcurrentWritesPerPartner)), options.ConcurrentWritesPerPartner, MostConcurrent),
            RateLimitSettings.Validate(Setting(nameof(options.ReadsPerMinuteAndPartner)), options.ReadsPerMinuteAndPartner),
            RateLimitSettings.Validate(Setting(nameof(options.WritesPerMinuteAndPartner)), options.WritesPerMinuteAndPartner),
        ];
        var found = faults.OfType<string>().ToArray();
        return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? CheckSeedOrdersFor(IReadOnlyList<string> partners) =>
        partners.Any(string.IsNullOrWhiteSpace) || partners.Distinct().Count() < partners.Count
            ? $"{Setting(nameof(OrdersApiOptions.SeedOrdersFor))} is '{string.Join(", ", partners)}': expected client ids, none blank, each once."
            : null;

    private static string Setting(string property) => $"{OrdersApiOptions.Section}:{property}";
}
