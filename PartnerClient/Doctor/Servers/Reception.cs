namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>What came with the headers of an answer.</summary>
/// <param name="SentAt">By this machine's clock, before the request left.</param>
/// <param name="ReceivedAt">By this machine's clock, when the headers were there.</param>
/// <param name="Date">The server's time when it made the answer (RFC 9110 §6.6.1); null when it did not say, or a cache answered.</param>
/// <param name="RequiredScope">The scope that a challenge asks for (RFC 6750 §3); null when none does.</param>
internal sealed record Reception(DateTimeOffset SentAt, DateTimeOffset ReceivedAt, DateTimeOffset? Date, string? RequiredScope)
{
    public static readonly HttpRequestOptionsKey<Reception> Key = new("B2BAssertions.PartnerClient.Doctor.Reception");
}
