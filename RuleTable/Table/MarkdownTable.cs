using System.Text;

using B2BAssertions.RuleTable.Report;
using B2BAssertions.RuleTable.Source;

namespace B2BAssertions.RuleTable.Table;

/// <summary>
/// The table for the document, with links into the repository. It names classes, not counts or data rows, so it changes only when a proof does,
/// and the same results give the same bytes everywhere.
/// </summary>
internal sealed class MarkdownTable(TestSources tests)
{
    /// <summary>The document stands one folder below the root.</summary>
    private const string Root = "../";

    private const string TestNamespace = "B2BAssertions.IntegrationTests.";

    public string Format(ProofTable table)
    {
        var text = new StringBuilder();
        foreach (var (section, rows) in table.Sections)
        {
            Line(text, $"### {section.Prefix}: {section.Title}");
            Line(text);
            Line(text, "| rule | what it demands | source | enforced in | tests | default | PostgreSQL |");
            Line(text, "|---|---|---|---|---|---|---|");
            foreach (var row in rows)
            {
                Line(text, Format(row));
            }

            Line(text);
        }

        return text.ToString();
    }

    private string Format(RuleRow row)
    {
        string[] cells =
        [
            row.Rule.Id,
            row.Rule.Demand,
            row.Rule.Source,
            OrNone(row.Places.Select(place => Link(place.Name, place.File))),
            OrNone(row.Tests.Select(ClassOf).Distinct().Order(StringComparer.Ordinal).Select(LinkTests)),
            row.IsOpen ? "open" : OutcomeText.Of(row.Default, isNeeded: true),
            OutcomeText.Of(row.OnPostgreSql, row.Rule.IsStorage && !row.IsOpen),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    /// <summary>A class that runs on one database alone was written under its whole name.</summary>
    private string ClassOf(Proof test) => tests.FileOf(test.WrittenClass) is null ? test.TestClass : test.WrittenClass;

    private string LinkTests(string testClass) => tests.FileOf(testClass) is { } file
        ? Link(testClass[(testClass.LastIndexOf('.') + 1)..], file)
        : testClass.Replace(TestNamespace, "", StringComparison.Ordinal);

    private static string Link(string name, string file) => $"[{name}]({Root}{file})";

    private static string OrNone(IEnumerable<string> links) => string.Join(", ", links.DefaultIfEmpty("-"));

    /// <summary>Ends as lines of the repository do, whatever the machine's habit.</summary>
    private static void Line(StringBuilder text, string line = "") => text.Append(line).Append('\n');
}
