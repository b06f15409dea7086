using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Partners;

/// <summary>What of a partner may change, checked by whoever brings it: an operator or the configuration.</summary>
internal sealed record PartnerDetails(string Name, string? Contact, List<string> AllowedAlgorithms)
{
    /// <summary>The configuration lists all algorithms by listing none; an empty contact is none.</summary>
    public static PartnerDetails From(ConfiguredPartner configured) => new(
        configured.Name,
        configured.Contact is { Length: > 0 } contact ? contact : null,
        configured.AllowedAlgorithms.Count > 0 ? [.. configured.AllowedAlgorithms.Distinct()] : AllAlgorithms());

    public static List<string> AllAlgorithms() => [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];
}
