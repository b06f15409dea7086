using System.Diagnostics.Metrics;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Metrics of the clients' JWK Sets.</summary>
internal sealed class ClientJwksMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _fetches;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _lookups;

    public ClientJwksMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(AuthorizationServerTelemetry.Name);
        _fetches = _meter.CreateCounter<long>(
            "b2b.client_jwks.fetches", "{fetch}", "Fetches of a client's JWK Set by outcome: ok, or the code of what went wrong.");
        _duration = _meter.CreateHistogram<double>(
            "b2b.client_jwks.fetch.duration", "s", "Time that fetches of a client's JWK Set took, by outcome.");
        _lookups = _meter.CreateCounter<long>(
            "b2b.client_jwks.lookups",
            "{lookup}",
            "Where assertions' keys were looked for: cache, source, last-good, or none where no set was to be had.");
    }

    public void Fetched(string outcome, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("outcome", outcome);
        _fetches.Add(1, tag);
        _duration.Record(duration.TotalSeconds, tag);
    }

    public void LookedUp(JwksOrigin origin) => _lookups.Add(1, new KeyValuePair<string, object?>("set", origin switch
    {
        JwksOrigin.Cache => "cache",
        JwksOrigin.Source => "source",
        JwksOrigin.LastGood => "last-good",
        _ => "none",
    }));

    public void ObserveLastGood(Func<int> count) => _meter.CreateObservableUpDownCounter(
        "b2b.client_jwks.last_good",
        count,
        "{client}",
        "Clients whose last good JWK Set is in use, because the present one cannot be read (JW-03).");
}
