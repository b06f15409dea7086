using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.Standalone.Processes;

namespace B2BAssertions.Standalone.Flow;

/// <summary>One JSON object for the one flow, and nothing else.</summary>
internal sealed class JsonOutput(TextWriter output) : IFlowOutput
{
    public void Starting(SystemPlan plan)
    {
    }

    public void Healthy(ServicePlan service, TimeSpan sinceStart)
    {
    }

    public void WholeFlow(FlowReport report, TimeSpan sinceStart) => output.WriteLine(FlowSummary.Of(report).ToJson());

    public void Polling(DataFolder data)
    {
    }

    public void Poll(FlowReport report)
    {
    }
}
