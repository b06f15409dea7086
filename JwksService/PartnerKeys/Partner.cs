namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>A business partner, known by its client id.</summary>
internal sealed class Partner
{
    public const int MaxNameLength = 200;

    public required string ClientId { get; init; }

    public required string Name { get; set; }

    /// <summary>Names of the algorithms whose keys the partner may register.</summary>
    public required List<string> AllowedAlgorithms { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
