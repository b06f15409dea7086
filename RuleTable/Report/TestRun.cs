using System.Diagnostics;

using B2BAssertions.RuleTable.Rules;

namespace B2BAssertions.RuleTable.Report;

/// <summary>Builds and runs the tests that carry a rule, and no others.</summary>
internal sealed class TestRun(string repository, TextWriter progress)
{
    /// <returns>The report. It stays, so that the table can be made from it again; a run of some sections leaves that of all alone.</returns>
    public async Task<string> RunAsync(IReadOnlyList<RuleSection> sections, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(repository, "TestResults");
        var report = Path.Combine(folder, sections.Count == RuleList.Sections.Count
            ? "rules.xml"
            : $"rules-{string.Join('-', sections.Select(section => section.Prefix))}.xml");
        Directory.CreateDirectory(folder);
        File.Delete(report);

        using var process = Process.Start(StartInfo(report, sections))
            ?? throw new RuleTableException("'dotnet test' cannot be started.");
        try
        {
            await Task.WhenAll(
                RelayAsync(process.StandardOutput, cancellationToken),
                RelayAsync(process.StandardError, cancellationToken),
                process.WaitForExitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        // A failed test is a line of the table; no report at all means that nothing ran.
        return File.Exists(report)
            ? report
            : throw new RuleTableException($"The tests did not run: 'dotnet test' ended with exit code {process.ExitCode} and wrote no report.");
    }

    private ProcessStartInfo StartInfo(string report, IEnumerable<RuleSection> sections)
    {
        string[] command =
        [
            // Each data row is a test of its own: rows may carry rules of their own.
            "test", "--project", "IntegrationTests", "-c", "Release", "--pre-enumerate-theories", "on",
            "--report-xunit-xml", "--report-xunit-xml-filename", Path.GetFileName(report),
            "--results-directory", Path.GetDirectoryName(report)!,
        ];
        var filter = sections.SelectMany(section => new[] { "--filter-trait", $"Rule={section.Prefix}-*" });
        return new ProcessStartInfo("dotnet", [.. command, .. filter])
        {
            WorkingDirectory = repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    /// <summary>Standard output is the table's.</summary>
    private async Task RelayAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            await progress.WriteLineAsync(line);
        }
    }
}
