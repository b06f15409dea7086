using System.Diagnostics;

using Xunit;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>A program of the machine, such as openssl, if it is there.</summary>
internal static class ProgramRun
{
    public static bool IsPresent(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program)));

    /// <returns>Its exit code, and what it wrote to either stream.</returns>
    public static async Task<(int ExitCode, string Output)> StartAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }
}
