namespace B2BAssertions.JwksService.Partners;

/// <summary>Whether a partner's keys are published.</summary>
internal enum PartnerState
{
    Active,
    Suspended,
}

/// <summary>A partner as operators see it.</summary>
/// <param name="ClientId">The partner's client id at the authorization server.</param>
/// <param name="AllowedAlgorithms">Algorithms whose keys the partner may register.</param>
/// <param name="Contact">Whom to tell when a key has to be revoked.</param>
/// <param name="JwksUri">Where the partner's keys are published.</param>
internal sealed record PartnerView(
    string ClientId,
    string Name,
    IReadOnlyList<string> AllowedAlgorithms,
    string? Contact,
    PartnerState State,
    string? SuspensionReason,
    DateTimeOffset CreatedAt,
    string JwksUri)
{
    public static PartnerView From(Partner partner, JwksServiceOptions options) => new(
        partner.ClientId,
        partner.Name,
        partner.AllowedAlgorithms,
        partner.Contact,
        partner.IsSuspended ? PartnerState.Suspended : PartnerState.Active,
        partner.SuspensionReason,
        partner.CreatedAt,
        options.JwksUri(partner.ClientId));
}

/// <param name="Next">Address of the next page; null when this is the last.</param>
internal sealed record PartnerPage(IReadOnlyList<PartnerView> Partners, string? Next);
