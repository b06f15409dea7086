using B2BAssertions.Benchmarks.Refusals;

using BenchmarkDotNet.Running;

namespace B2BAssertions.Benchmarks;

/// <summary><c>refusals [count]</c> measures the token endpoint; anything else is for BenchmarkDotNet, such as <c>--filter *</c>.</summary>
public static class Program
{
    private const string Refusals = "refusals";
    private const int DefaultCount = 1000;

    public static async Task<int> Main(string[] args)
    {
        if (args is [Refusals, ..])
        {
            return await RefusalRun.RunAsync(args.Length > 1 ? int.Parse(args[1], null) : DefaultCount, Console.Out);
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}
