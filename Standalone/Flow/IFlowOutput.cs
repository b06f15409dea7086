using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.Standalone.Processes;

namespace B2BAssertions.Standalone.Flow;

/// <summary>What a person, or a script, sees of a run.</summary>
internal interface IFlowOutput
{
    void Starting(SystemPlan plan);

    void Healthy(ServicePlan service, TimeSpan sinceStart);

    /// <summary>The first flow that reached the orders, step by step.</summary>
    void WholeFlow(FlowReport report, TimeSpan sinceStart);

    /// <summary>Where everything is, before polling goes on.</summary>
    void Polling(DataFolder data);

    /// <summary>Any other flow, failed ones included, in a line.</summary>
    void Poll(FlowReport report);
}
