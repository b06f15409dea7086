using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>Spans and metrics of this library; ids, codes and times, never a text that authenticates.</summary>
internal sealed class AccessTokenTelemetry
{
    public const string ClientIdTag = "client_id";
    public const string KeyIdTag = "kid";
    public const string AlgorithmTag = "alg";
    public const string OutcomeTag = "outcome";

    /// <summary>The value of <see cref="OutcomeTag"/> when nothing failed; otherwise it is the failure's code.</summary>
    public const string Success = "success";

    public static readonly ActivitySource Source = new(PartnerAccessTokens.TelemetryName);

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _assertions;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _refusedByApi;
    private readonly Histogram<double> _duration;

    public AccessTokenTelemetry(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(PartnerAccessTokens.TelemetryName);
        _assertions = _meter.CreateCounter<long>("b2b.client.assertions", "{assertion}", "Client assertions signed, by algorithm.");
        _requests = _meter.CreateCounter<long>(
            "b2b.client.token.requests", "{request}", "Token requests by outcome: success or the code of the failure.");
        _duration = _meter.CreateHistogram<double>("b2b.client.token.request.duration", "s", "Time that token requests took.");
        _refusedByApi = _meter.CreateCounter<long>(
            "b2b.client.token.refused_by_api", "{token}", "Access tokens that an API answered 401 to, and that were renewed for it.");
    }

    public void AssertionCreated(string algorithm) => _assertions.Add(1, new KeyValuePair<string, object?>(AlgorithmTag, algorithm));

    public void TokenRefusedByApi() => _refusedByApi.Add(1);

    public void TokenRequested(Activity? activity, AccessTokenFailure? failure, TimeSpan elapsed)
    {
        var outcome = new KeyValuePair<string, object?>(OutcomeTag, failure?.Code ?? Success);
        _requests.Add(1, outcome);
        _duration.Record(elapsed.TotalSeconds, outcome);
        activity?.SetTag(OutcomeTag, outcome.Value);
        activity?.SetStatus(failure is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, failure?.Code);
    }

    /// <param name="state">Looked at whenever the metrics are read.</param>
    public void Observe(Func<AccessTokenState> state)
    {
        _meter.CreateObservableGauge(
            "b2b.client.token.circuit", () => (int)state().Circuit, "{state}", "0 closed, 1 waiting after a failure, 2 refused.");
        _meter.CreateObservableGauge(
            "b2b.client.token.usable", () => UsableSeconds(state().Token), "s", "How long the access token is still good; 0 without one.");
    }

    private double UsableSeconds(AccessToken? token) =>
        token is null ? 0 : Math.Max(0, token.UsableFor(_time).TotalSeconds);
}
