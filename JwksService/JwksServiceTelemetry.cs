using System.Diagnostics;
using System.Diagnostics.Metrics;

using B2BAssertions.JwksService.Audit;

namespace B2BAssertions.JwksService;

/// <summary>This service's own spans.</summary>
internal static class JwksServiceTelemetry
{
    public const string Name = "B2BAssertions.JwksService";

    private static readonly ActivitySource Source = new(Name);

    public static Activity? StartSubmitKey(string clientId) => Source.StartActivity("submit key")?.SetTag("client_id", clientId);
}

/// <summary>This service's own counters. The outcome is a stable code, so there are few of them.</summary>
internal sealed class JwksServiceMetrics
{
    private readonly Counter<long> _submissions;
    private readonly Counter<long> _changes;
    private readonly Counter<long> _jwksAnswers;

    public JwksServiceMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(JwksServiceTelemetry.Name);
        _submissions = meter.CreateCounter<long>(
            "b2b.key.submissions", "{submission}", "Submissions of a key, by outcome.");
        _changes = meter.CreateCounter<long>("b2b.registry.changes", "{change}", "Changes of partners, tokens and keys, by action.");
        _jwksAnswers = meter.CreateCounter<long>(
            "b2b.jwks.answers", "{answer}", "Answers to requests for a partner's JWK Set, by outcome.");
    }

    /// <param name="outcome">accepted, or the code of the refusal.</param>
    public void CountSubmission(string outcome) => _submissions.Add(1, Outcome(outcome));

    public void CountChange(AuditAction action) => _changes.Add(1, new KeyValuePair<string, object?>("action", action.ToString()));

    /// <param name="outcome">ok, not_modified, or the code of the refusal.</param>
    public void CountJwksAnswer(string outcome) => _jwksAnswers.Add(1, Outcome(outcome));

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
