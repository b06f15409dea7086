namespace B2BAssertions.PartnerClient.Doctor;

/// <summary>One line of an examination.</summary>
internal sealed record Finding(string Name, CheckResult Result);
