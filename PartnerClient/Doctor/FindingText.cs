using System.Globalization;

using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient.Doctor;

/// <summary>Findings for people: a line each, and one more for what to do.</summary>
internal static class FindingText
{
    private const int StatusWidth = 9;
    private const int NameWidth = 17;
    private const string Indent = "  ";

    public static string Describe(Finding finding)
    {
        var result = finding.Result;
        var code = result.Code is null ? "" : $"{result.Code}: ";
        var start = Word(result.Status).PadRight(StatusWidth) + finding.Name.PadRight(NameWidth) + code;
        var text = start + InLines(result.Message);
        return result.WhatToDo is null ? text : $"{text}{NewLine}What to do: {InLines(result.WhatToDo)}";
    }

    public static string Describe(ExaminationReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Summary(report)} Trace {report.TraceId}: the servers' logs have this run under it.");

    public static string Word(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warning => "warning",
        CheckStatus.Failed => "failed",
        _ => "skipped",
    };

    private static string NewLine => Environment.NewLine + new string(' ', StatusWidth) + Indent;

    private static string Summary(ExaminationReport report) => (report.Count(CheckStatus.Failed), report.Count(CheckStatus.Warning)) switch
    {
        (0, 0) => "All is well.",
        (0, var warnings) => $"It works; {warnings} to look at.",
        (var failures, _) => $"{failures} failed.",
    };

    /// <summary>A line break is ours; any other character that is no plain text came from outside and shows as a question mark.</summary>
    private static string InLines(string text) => string.Join(
        NewLine,
        text.ReplaceLineEndings("\n").Split('\n').Select(PlainText.Escape));
}
