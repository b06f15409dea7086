namespace B2BAssertions.PartnerClient.Doctor;

/// <param name="TraceId">W3C trace id under which the servers' logs have the requests of this run.</param>
internal sealed record ExaminationReport(string TraceId, IReadOnlyList<Finding> Findings)
{
    public bool IsHealthy => Findings.All(finding => finding.Result.Status is CheckStatus.Ok or CheckStatus.Warning);

    public int Count(CheckStatus status) => Findings.Count(finding => finding.Result.Status == status);
}
