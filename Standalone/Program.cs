using B2BAssertions.Standalone.Flow;

namespace B2BAssertions.Standalone;

/// <summary>Starts the four services, shows the flow, stops them again.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args, RunAsync);

    /// <returns>Exit code: 0 ended as asked, 1 something failed and standard error says what.</returns>
    private static async Task<int> RunAsync(StandaloneOptions options)
    {
        using var signals = new StopSignals();
        try
        {
            IFlowOutput output = options.Json ? new JsonOutput(Console.Out) : new FlowDisplay(Terminal.Create(Console.Out));
            await new StandaloneRun(options, output, TimeProvider.System).RunAsync(signals.Token);
            return 0;
        }
        catch (StandaloneException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
