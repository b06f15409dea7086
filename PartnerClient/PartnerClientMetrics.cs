using System.Diagnostics.Metrics;

namespace B2BAssertions.PartnerClient;

internal sealed class PartnerClientMetrics
{
    private readonly Counter<long> _assertions;
    private readonly Counter<long> _flows;

    public PartnerClientMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Instruments.Name);
        _assertions = meter.CreateCounter<long>("b2b.client_assertion.created", "{assertion}", "Client assertions signed.");
        _flows = meter.CreateCounter<long>("b2b.partner.flows", "{flow}", "Flows by outcome: success or the code of the failure.");
    }

    public void AssertionCreated(string algorithm) =>
        _assertions.Add(1, new KeyValuePair<string, object?>(Instruments.AlgorithmTag, algorithm));

    public void FlowEnded(string outcome) =>
        _flows.Add(1, new KeyValuePair<string, object?>(Instruments.OutcomeTag, outcome));
}
