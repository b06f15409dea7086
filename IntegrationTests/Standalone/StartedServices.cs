using System.Diagnostics;
using System.Globalization;
using System.Text;

using Xunit;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

/// <summary>The service processes of one data directory, found by the environment they were started with; on Linux only.</summary>
internal static class StartedServices
{
    private const string NeedsProc = "Finds processes by /proc, which only Linux has.";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static void SkipUnlessTheyCanBeFound() => Assert.SkipUnless(OperatingSystem.IsLinux(), NeedsProc);

    public static IReadOnlyList<int> Of(string dataDirectory) =>
        [.. IdsOf($"DataDirectory={dataDirectory}/")];

    public static int Named(string serviceName, string dataDirectory) =>
        IdsOf($"DataDirectory={dataDirectory}/{serviceName}\0").Single();

    public static async Task WaitUntilNoneIsLeftAsync(IEnumerable<int> processIds)
    {
        using var limit = new CancellationTokenSource(Limit);
        foreach (var id in processIds)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                await process.WaitForExitAsync(limit.Token);
            }
            catch (ArgumentException)
            {
                // It is gone already.
            }
        }
    }

    private static IEnumerable<int> IdsOf(string entry)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && ReadEnvironment(folder)?.Contains(entry, StringComparison.Ordinal) is true)
            {
                yield return id;
            }
        }
    }

    private static string? ReadEnvironment(string folder)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "environ")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that ended meanwhile.
            return null;
        }
    }
}
