using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace B2BAssertions.JwksService;

/// <summary>This service's own spans.</summary>
internal static class JwksServiceTelemetry
{
    public const string Name = "B2BAssertions.JwksService";

    private static readonly ActivitySource Source = new(Name);

    public static Activity? StartEnrolKey(string clientId) => Source.StartActivity("enrol key")?.SetTag("client_id", clientId);
}

/// <summary>This service's own counters. The outcome is a stable code, so there are few of them.</summary>
internal sealed class JwksServiceMetrics
{
    private readonly Counter<long> _enrolments;
    private readonly Counter<long> _jwksAnswers;

    public JwksServiceMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(JwksServiceTelemetry.Name);
        _enrolments = meter.CreateCounter<long>(
            "b2b.key.enrolments", "{enrolment}", "Submissions of a key with an enrolment token, by outcome.");
        _jwksAnswers = meter.CreateCounter<long>(
            "b2b.jwks.answers", "{answer}", "Answers to requests for a partner's JWK Set, by outcome.");
    }

    /// <param name="outcome">accepted, or the code of the refusal.</param>
    public void CountEnrolment(string outcome) => _enrolments.Add(1, Outcome(outcome));

    /// <param name="outcome">ok, not_modified, or the code of the refusal.</param>
    public void CountJwksAnswer(string outcome) => _jwksAnswers.Add(1, Outcome(outcome));

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
