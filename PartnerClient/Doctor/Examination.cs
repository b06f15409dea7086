using System.Diagnostics;

using B2BAssertions.PartnerClient.Doctor.Checks;

namespace B2BAssertions.PartnerClient.Doctor;

/// <summary>
/// All checks, in the order in which one builds upon the other. They ask for what the worker asks for, with its settings and its code: one
/// access token for one page of orders, and one for the state of the key where the server offers that scope. Nothing is enrolled, made or
/// written.
/// </summary>
internal sealed class Examination(IServiceProvider services)
{
    private static readonly Step[] Steps =
    [
        Step.Of<SettingsCheck>(CheckNames.Settings),
        Step.Of<KeyCheck>(CheckNames.Key, CheckNames.Settings),
        Step.Of<ClockCheck>(CheckNames.Clock, CheckNames.Settings),
        Step.Of<MetadataCheck>(CheckNames.Metadata, CheckNames.Settings),
        Step.Of<IssuerCheck>(CheckNames.Issuer, CheckNames.Metadata),
        Step.Of<TokenEndpointCheck>(CheckNames.TokenEndpoint, CheckNames.Issuer),
        Step.Of<AuthenticationCheck>(CheckNames.Authentication, CheckNames.Issuer),
        Step.Of<AccessCheck>(CheckNames.Access, CheckNames.Issuer),
        Step.Of<KeySetCheck>(CheckNames.KeySet, CheckNames.Key),
        Step.Of<TokenCheck>(
            CheckNames.Token, CheckNames.Key, CheckNames.Clock, CheckNames.TokenEndpoint, CheckNames.Authentication, CheckNames.Access),
        Step.Of<KeyStateCheck>(CheckNames.KeyState, CheckNames.KeySet, CheckNames.Token),
        Step.Of<OrdersCheck>(CheckNames.Orders, CheckNames.Token),
        Step.Of<KeyAgeCheck>(CheckNames.KeyAge, CheckNames.Key),
        Step.Of<TransportCheck>(CheckNames.Transport, CheckNames.Settings),
    ];

    /// <summary>How many lines there are.</summary>
    public static int Length => Steps.Length;

    /// <param name="tell">Called with each finding as soon as it is there.</param>
    public async Task<ExaminationReport> RunAsync(Action<Finding> tell, CancellationToken cancellationToken)
    {
        // Sent with each request (W3C Trace Context), so that the servers' logs have this run under one id.
        using var activity = new Activity("doctor").SetIdFormat(ActivityIdFormat.W3C).Start();
        var findings = new List<Finding>();
        foreach (var step in Steps)
        {
            var finding = new Finding(step.Name, await RunAsync(step, findings, cancellationToken));
            findings.Add(finding);
            tell(finding);
        }

        return new ExaminationReport(activity.TraceId.ToString(), findings);
    }

    private async Task<CheckResult> RunAsync(Step step, List<Finding> findings, CancellationToken cancellationToken)
    {
        var cause = findings.Find(finding =>
            step.Needs.Contains(finding.Name) && finding.Result.Status is CheckStatus.Failed or CheckStatus.Skipped);
        if (cause is not null)
        {
            return cause.Result.Status == CheckStatus.Skipped ? cause.Result : CheckResult.Skipped(cause.Name);
        }

        try
        {
            return await step.Create(services).RunAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Its message is left out: it could hold anything.
            return CheckResult.Failed("internal_error", $"This program failed ({exception.GetType().Name}).", "Report it, with this line.");
        }
    }

    /// <param name="Needs">The checks that have to succeed first.</param>
    /// <param name="Create">Late: with settings at fault a part of the client cannot even be made.</param>
    private sealed record Step(string Name, string[] Needs, Func<IServiceProvider, ICheck> Create)
    {
        public static Step Of<TCheck>(string name, params string[] needs)
            where TCheck : ICheck =>
            new(name, needs, services => ActivatorUtilities.CreateInstance<TCheck>(services));
    }
}
