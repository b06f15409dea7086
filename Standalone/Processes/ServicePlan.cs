namespace B2BAssertions.Standalone.Processes;

/// <summary>One service as it is to be started.</summary>
/// <param name="Name">Its name everywhere: logs, telemetry, <c>--port</c>.</param>
/// <param name="Executable">Absolute path of its executable.</param>
/// <param name="Environment">Environment variables beside the inherited ones; may hold secrets, so it is never shown.</param>
internal sealed record ServicePlan(string Name, string Executable, int Port, IReadOnlyDictionary<string, string> Environment)
{
    public string Address => AddressOf(Port);

    public static string AddressOf(int port) => $"http://localhost:{port}";

    public override string ToString() => $"{Name} on {Address}";
}
