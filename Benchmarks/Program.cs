using B2BAssertions.Benchmarks.Faults;
using B2BAssertions.Benchmarks.Flows;
using B2BAssertions.Benchmarks.Isolation;
using B2BAssertions.Benchmarks.Refusals;
using B2BAssertions.Benchmarks.Rotations;

using BenchmarkDotNet.Running;

namespace B2BAssertions.Benchmarks;

/// <summary>
/// <c>refusals [count]</c> measures the token endpoint, <c>rotations [count]</c> rotates the partner's key under load,
/// <c>flows [seconds]</c> asks a running system for whole flows, <c>isolation [seconds]</c> measures partners beside one that floods,
/// <c>faults [seconds]</c> breaks what the services need while orders are placed; anything else is for BenchmarkDotNet, such as <c>--filter *</c>.
/// </summary>
public static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["refusals", ..] => RefusalRun.RunAsync(NumberIn(args, byDefault: 1000), Console.Out),
        ["rotations", ..] => new RotationsRun(NumberIn(args, byDefault: 20), Console.Out).RunAsync(),
        ["flows", ..] => FlowsRun.RunAsync(NumberIn(args, byDefault: 60), Console.Out),
        ["isolation", ..] => new IsolationRun(NumberIn(args, byDefault: 20), Console.Out).RunAsync(),
        ["faults", ..] => new FaultsRun(NumberIn(args, byDefault: 20), Console.Out).RunAsync(),
        _ => Task.FromResult(Measure(args)),
    };

    private static int NumberIn(string[] args, int byDefault) => args.Length > 1 ? int.Parse(args[^1], null) : byDefault;

    private static int Measure(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}
