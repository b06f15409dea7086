using B2BAssertions.Benchmarks.Refusals;
using B2BAssertions.Benchmarks.Rotations;

using BenchmarkDotNet.Running;

namespace B2BAssertions.Benchmarks;

/// <summary>
/// <c>refusals [count]</c> measures the token endpoint, <c>rotations [count]</c> rotates the partner's key under load; anything else is for BenchmarkDotNet, such as
/// <c>--filter *</c>.
/// </summary>
public static class Program
{
    private const string Refusals = "refusals";
    private const int DefaultCount = 1000;
    private const string Rotations = "rotations";
    private const int DefaultRotations = 10;

    public static async Task<int> Main(string[] args)
    {
        if (args is [Refusals, ..])
        {
            return await RefusalRun.RunAsync(args.Length > 1 ? int.Parse(args[1], null) : DefaultCount, Console.Out);
        }

        if (args is [Rotations, ..])
        {
            return await new RotationsRun(args.Length > 1 ? int.Parse(args[^1], null) : DefaultRotations, Console.Out).RunAsync();
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}
