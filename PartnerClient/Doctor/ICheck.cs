namespace B2BAssertions.PartnerClient.Doctor;

/// <summary>One thing that has to be right. It looks and changes nothing.</summary>
internal interface ICheck
{
    Task<CheckResult> RunAsync(CancellationToken cancellationToken);
}
