using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Standalone.Processes;

/// <summary>A taken port is told before anything starts.</summary>
internal static class PortCheck
{
    /// <exception cref="StandaloneException">A port cannot be listened on.</exception>
    public static void EnsureFree(IEnumerable<ServicePlan> plans)
    {
        foreach (var plan in plans)
        {
            if (LoopbackPort.Probe(plan.Port) is { } reason)
            {
                throw new StandaloneException(
                    $"Port {plan.Port} ({plan.Name}) {LoopbackPort.Describe(reason)}, or name another port with --port {plan.Name}=NUMBER.",
                    reason);
            }
        }
    }
}
