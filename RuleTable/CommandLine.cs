using System.CommandLine;

using B2BAssertions.CommandLines;
using B2BAssertions.RuleTable.Rules;

namespace B2BAssertions.RuleTable;

/// <summary>The options of the command, what they mean and what is refused.</summary>
internal static class CommandLine
{
    private static readonly Option<string?> Report = new("--report")
    {
        HelpName = "FILE",
        Description = "Take the results of this run instead of running the tests: what 'dotnet test' writes with --report-xunit-xml.",
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        HelpName = "SECTION",
        Description = $"Run and show these sections only: {string.Join(", ", RuleList.Sections.Select(section => section.Prefix))}.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<bool> Write = new("--write")
    {
        Description = "Write the table into docs/security.md.",
    };

    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Fail when the table in docs/security.md is not this one.",
    };

    public static Task<int> RunAsync(string[] args, Func<RuleTableOptions, CancellationToken, Task<int>> run, TextWriter error)
    {
        var command = new RootCommand(
            "Runs the tests that prove the security rules and prints each rule with its place in the source, its tests and their result. "
            + "Exit code 1 when a rule is not proved. The tests on PostgreSQL need a Docker engine.")
        {
            Report, Only, Write, Check,
        };
        Only.AcceptOnlyFromAmong([.. RuleList.Sections.Select(section => section.Prefix)]);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Only) is { Length: > 0 } && (result.GetValue(Write) || result.GetValue(Check)))
            {
                result.AddError("--only does not go with --write or --check: the document holds every section.");
            }
        });
        command.SetAction((result, cancellationToken) => run(
            new RuleTableOptions(result.GetValue(Report), result.GetValue(Only) ?? [], result.GetValue(Write), result.GetValue(Check)),
            cancellationToken));

        return command.Parse(args).ToldOnStandardErrorAlone().InvokeAsync(new InvocationConfiguration { Error = error });
    }
}
