using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace B2BAssertions.ServiceDefaults.Proxies;

/// <summary>Names each setting at fault and what is expected there.</summary>
internal sealed class KnownProxiesOptionsValidator(IConfiguration configuration) : IValidateOptions<KnownProxiesOptions>
{
    public ValidateOptionsResult Validate(string? name, KnownProxiesOptions options)
    {
        var failures = Networks(options).Concat(ForwardLimit(options)).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Networks(KnownProxiesOptions options)
    {
        // The binder would pass over a value where a list belongs, and nobody would be known.
        if (!string.IsNullOrEmpty(configuration[KnownProxiesOptions.NetworksSetting]))
        {
            yield return $"{KnownProxiesOptions.NetworksSetting} is a list: "
                + $"expected the first network in {KnownProxiesOptions.NetworksSetting}:0.";
        }

        foreach (var (index, network) in options.KnownNetworks.Index())
        {
            if (KnownNetwork.FaultOf(network) is { } fault)
            {
                yield return $"{KnownProxiesOptions.NetworksSetting}:{index} is '{network}': {fault}.";
            }
        }
    }

    private static IEnumerable<string> ForwardLimit(KnownProxiesOptions options)
    {
        if (options.ForwardLimit is < 1 or > KnownProxiesOptions.MaxForwardLimit)
        {
            yield return $"{KnownProxiesOptions.Section}:{nameof(options.ForwardLimit)} is {options.ForwardLimit}: "
                + $"expected 1 to {KnownProxiesOptions.MaxForwardLimit}, the number of proxies in a row.";
        }
    }
}
