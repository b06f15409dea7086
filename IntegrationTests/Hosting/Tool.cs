using System.Diagnostics;

using Xunit;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>What a program that is not ours said, and how it ended.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    /// <summary>The output of a run that must have succeeded.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"Ended with {ExitCode}: {Errors} {Output}");
        return Output;
    }
}

/// <summary>Programs on the PATH.</summary>
internal static class Tool
{
    public static bool IsOnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name)));

    /// <summary>A process whose input and output are the test's.</summary>
    public static Process Start(string name, string workingDirectory, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start)!;
    }

    public static async Task<ToolRun> RunAsync(
        string name,
        string workingDirectory,
        IEnumerable<string> arguments,
        string input = "",
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var process = Start(name, workingDirectory, arguments, environment);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return new ToolRun(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
