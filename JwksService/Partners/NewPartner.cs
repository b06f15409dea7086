namespace B2BAssertions.JwksService.Partners;

/// <summary>A partner to be added.</summary>
/// <param name="ClientId">The partner's client id at the authorization server.</param>
/// <param name="Name">The partner's name, for people.</param>
/// <param name="Contact">Whom to tell when a key has to be revoked, such as an address for security incidents.</param>
/// <param name="AllowedAlgorithms">PS256, ES256 or both; both when it is left out.</param>
internal sealed record NewPartner(string ClientId, string Name, string Contact, IReadOnlyList<string>? AllowedAlgorithms = null)
{
    /// <summary>No property: it would be a member of the request.</summary>
    public PartnerDetails ToDetails() => new(Name, Contact, AllowedAlgorithms?.Distinct().ToList() ?? PartnerDetails.AllAlgorithms());

    public RegistryFault? Check() => CheckClientId() ?? new ChangedPartner(Name, Contact, AllowedAlgorithms).Check();

    private RegistryFault? CheckClientId() => Partners.ClientId.IsSound(ClientId)
        ? null
        : RegistryFault.MemberInvalid(
            "clientId", $"1 to {Partners.ClientId.MaxLength} letters, digits and -._~, beginning with a letter or digit");
}
