using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.OrdersApi;

/// <summary>Names the setting at fault and what is expected there.</summary>
internal sealed class OrdersApiOptionsValidator(IConfiguration configuration) : IValidateOptions<OrdersApiOptions>
{
    public ValidateOptionsResult Validate(string? name, OrdersApiOptions options)
    {
        string?[] faults =
        [
            HttpAddress.Validate(Setting(nameof(options.Issuer)), options.Issuer, configuration),
            HttpAddress.Validate(Setting(nameof(options.Resource)), options.Resource, configuration),
            CheckAudience(options.Audience),
            CheckAlgorithms(options.AllowedAlgorithms),
            CheckSeedOrdersFor(options.SeedOrdersFor),
        ];
        var found = faults.OfType<string>().ToArray();
        return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? CheckAudience(string? audience) =>
        audience is not null && string.IsNullOrWhiteSpace(audience)
            ? $"{Setting(nameof(OrdersApiOptions.Audience))} is blank: expected the aud of this API's tokens, or no such setting at all."
            : null;

    private static string? CheckAlgorithms(IReadOnlyList<string>? algorithms) =>
        algorithms is null || (algorithms.Count > 0 && algorithms.All(algorithm => SigningAlgorithm.TryParse(algorithm, out _)))
            ? null
            : $"{Setting(nameof(OrdersApiOptions.AllowedAlgorithms))} is '{string.Join(", ", algorithms)}': "
                + $"expected one or more of {string.Join(", ", SigningAlgorithm.All)}.";

    private static string? CheckSeedOrdersFor(IReadOnlyList<string> partners) =>
        partners.Any(string.IsNullOrWhiteSpace) || partners.Distinct().Count() < partners.Count
            ? $"{Setting(nameof(OrdersApiOptions.SeedOrdersFor))} is '{string.Join(", ", partners)}': expected client ids, none blank, each once."
            : null;

    private static string Setting(string property) => $"{OrdersApiOptions.Section}:{property}";
}
