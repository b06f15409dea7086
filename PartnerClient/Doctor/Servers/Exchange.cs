using B2BAssertions.PartnerClient.Http;

namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>A request and what came of it.</summary>
/// <param name="Reception">Null when no answer came.</param>
internal sealed record Exchange(string Address, Answer Answer, Reception? Reception);
