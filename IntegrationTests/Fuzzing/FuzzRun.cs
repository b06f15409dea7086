using System.Globalization;

using B2BAssertions.IntegrationTests.Hosting;

using CsCheck;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Xunit;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>Sends mutants, many at a time, and shows each answer to a test. Of a failure CsCheck prints the seed and the smallest mutant.</summary>
internal static class FuzzRun
{
    /// <summary>How many mutants of each target.</summary>
    private const string SizeVariable = "B2B_FUZZ_MUTATIONS";

    /// <summary>The size in CI: seconds, and every kind of mutant dozens of times. README.md says so as well.</summary>
    private const int CiSize = 2_000;

    private const int Senders = 8;

    private const int LogsKept = 1_000;

    public static int Size => int.TryParse(Environment.GetEnvironmentVariable(SizeVariable), CultureInfo.InvariantCulture, out var size) ? size : CiSize;

    /// <param name="refusals">
    /// The statuses of a refusal. No other is one, 429 above all: a request that a limit ended was not looked at, and its mutant not tried.
    /// </param>
    /// <param name="tells">Whether an answer holds what it must not.</param>
    /// <param name="size">How many mutants, where it is not <see cref="Size"/>.</param>
    /// <param name="lies">Whether an answer to this mutant gives a reason that cannot be the true one.</param>
    public static async Task AllRefusedAsync(
        Gen<Mutant> mutants,
        RunningService service,
        Func<Mutant, HttpRequestMessage> request,
        int[] refusals,
        Func<string, bool> tells,
        HttpClient? client = null,
        Func<Mutant, string, bool>? lies = null,
        int? size = null)
    {
        var sent = 0;
        await mutants.SampleAsync(
            async mutant =>
            {
                if (Interlocked.Increment(ref sent) % LogsKept == 0)
                {
                    service.Logs.Forget();
                }

                using var message = request(mutant);
                using var response = await (client ?? service.Client).SendAsync(message);
                var text = await response.Content.ReadAsStringAsync();
                Assert.True(refusals.Contains((int)response.StatusCode), $"{response.StatusCode}: {text}\n{Errors(service)}");
                Assert.False(tells(text), text);
                Assert.False(lies?.Invoke(mutant, text) == true, text);
                return $"{mutant.Kind}: {(int)response.StatusCode}";
            },
            writeLine: TestContext.Current.TestOutputHelper!.WriteLine,
            iter: size ?? Size,
            threads: Senders);
    }

    /// <summary>Warnings and errors alone: 100,000 requests at the level Trace would be slow, and fill the memory.</summary>
    public static void LogLittle(IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(options =>
    {
        options.Rules.Clear();
        options.MinLevel = LogLevel.Warning;
    });

    private static string Errors(RunningService service) =>
        string.Join("\n", service.Logs.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).TakeLast(3));
}
