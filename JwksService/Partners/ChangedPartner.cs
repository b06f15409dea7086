using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Partners;

/// <summary>What an operator makes of a partner that is there.</summary>
/// <param name="Name">The partner's name, for people.</param>
/// <param name="Contact">Whom to tell when a key has to be revoked, such as an address for security incidents.</param>
/// <param name="AllowedAlgorithms">PS256, ES256 or both; as before when it is left out, so that none comes back unasked.</param>
internal sealed record ChangedPartner(string Name, string Contact, IReadOnlyList<string>? AllowedAlgorithms = null)
{
    public PartnerDetails For(Partner partner) => new(Name, Contact, AllowedAlgorithms?.Distinct().ToList() ?? partner.AllowedAlgorithms);

    public RegistryFault? Check() =>
        FreeText.Check("name", Name, Partner.MaxNameLength)
        ?? FreeText.Check("contact", Contact, Partner.MaxContactLength)
        ?? CheckAlgorithms();

    /// <summary>An empty list would allow no key at all: who wants that suspends the partner.</summary>
    private RegistryFault? CheckAlgorithms() =>
        AllowedAlgorithms is null || (AllowedAlgorithms.Count > 0 && AllowedAlgorithms.All(algorithm => SigningAlgorithm.TryParse(algorithm, out _)))
            ? null
            : RegistryFault.MemberInvalid("allowedAlgorithms", $"a list of {string.Join(" and ", SigningAlgorithm.All)}, or no such member");
}
