using B2BAssertions.CommandLines;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Commands;
using B2BAssertions.PartnerClient.Doctor;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

/// <summary>An examination that is over, and everything it wrote.</summary>
internal sealed class Examined
{
    private Examined(ExaminationReport report, string text, RecordedLogs logs)
    {
        Report = report;
        Text = text;
        Logs = logs;
    }

    public ExaminationReport Report { get; }

    /// <summary>As people see it.</summary>
    public string Text { get; }

    /// <summary>All that any part logged, at every level, though the command shows none of it.</summary>
    public RecordedLogs Logs { get; }

    public CheckResult this[string name] => Report.Findings.Single(finding => finding.Name == name).Result;

    /// <param name="folder">The client's data directory.</param>
    public static async Task<Examined> RunAsync(string folder, IReadOnlyDictionary<string, string> settings, TimeProvider? time = null)
    {
        var logs = new RecordedLogs();
        var host = new CommandHost([], new Surroundings(TextWriter.Null, TextWriter.Null), builder => Configure(builder, folder, settings, time));
        await using var parts = host.Build(builder =>
        {
            builder.Services.AddDoctor();
            builder.Logging.AddProvider(logs);
        });
        await using var text = new StringWriter();
        var report = await parts.Services.GetRequiredService<Examination>()
            .RunAsync(finding => text.WriteLine(FindingText.Describe(finding)), TestContext.Current.CancellationToken);
        await text.WriteLineAsync(FindingText.Describe(report));
        return new Examined(report, text.ToString(), logs);
    }

    /// <summary>The same by the command, as it is typed.</summary>
    /// <returns>Exit code and standard output.</returns>
    public static async Task<(int ExitCode, string Output)> TypeAsync(
        string folder, IReadOnlyDictionary<string, string> settings, params string[] args)
    {
        await using var output = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            ["doctor", .. args], new Surroundings(output, TextWriter.Null), builder => Configure(builder, folder, settings, time: null));
        return (exitCode, output.ToString());
    }

    /// <summary>This check failed with this code, and no other for a cause of its own; what depends on it was skipped.</summary>
    public CheckResult AssertFailed(string name, string code)
    {
        Assert.False(Report.IsHealthy);
        var failed = Assert.Single(Report.Findings, finding => finding.Result.Status == CheckStatus.Failed);
        Assert.Equal((name, code), (failed.Name, failed.Result.Code));
        Assert.NotNull(failed.Result.WhatToDo);
        return failed.Result;
    }

    public string Names(CheckStatus status) =>
        string.Join(", ", Report.Findings.Where(finding => finding.Result.Status == status).Select(finding => finding.Name));

    private static void Configure(
        WebApplicationBuilder builder, string folder, IReadOnlyDictionary<string, string> settings, TimeProvider? time)
    {
        builder.Configuration.AddInMemoryCollection(settings!);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [SettingNames.DataDirectory] = folder,
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft"] = "Trace",
            ["Logging:LogLevel:Polly"] = "Trace",
            ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Trace",
        });
        builder.Services.AddSingleton(time ?? TimeProvider.System);
    }
}
