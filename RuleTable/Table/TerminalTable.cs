using System.Globalization;

namespace B2BAssertions.RuleTable.Table;

/// <summary>A line for each rule, in columns without colours: it reads well on a terminal and through a pipe.</summary>
internal static class TerminalTable
{
    private const string Gap = "  ";
    private const int DemandColumn = 1;
    private const int ShortestDemand = 24;

    private static readonly string[] Headings = ["RULE", "DEMANDS", "ENFORCED IN", "TESTS", "DEFAULT", "POSTGRESQL", ""];

    public static void Write(TextWriter output, ProofTable table, int width)
    {
        List<string[]> lines = [Headings, .. table.Rows.Select(Cells)];
        var widths = Enumerable.Range(0, Headings.Length).Select(column => lines.Max(cells => cells[column].Length)).ToArray();
        var others = widths.Sum() - widths[DemandColumn] + (Gap.Length * (Headings.Length - 1));
        widths[DemandColumn] = Math.Clamp(width - 1 - others, ShortestDemand, Math.Max(ShortestDemand, widths[DemandColumn]));

        foreach (var cells in lines)
        {
            output.WriteLine(string.Join(Gap, cells.Select((cell, column) => Fit(cell, widths[column]))).TrimEnd());
        }

        var rows = table.Rows.ToList();
        var red = rows.Count(row => row.Faults.Count > 0);
        var open = rows.Count(row => row.IsOpen);
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{rows.Count} rules: {rows.Count - red - open} proved, {red} not proved, {open} open"));
    }

    private static string[] Cells(RuleRow row) =>
    [
        row.Rule.Id,
        row.Rule.Demand.Replace("`", "", StringComparison.Ordinal),
        row.Places.Count switch
        {
            0 => "-",
            1 => row.Places[0].Name,
            var count => string.Create(CultureInfo.InvariantCulture, $"{row.Places[0].Name} +{count - 1}"),
        },
        row.Tests.Count.ToString(CultureInfo.InvariantCulture),
        row.IsOpen ? "open" : OutcomeText.Of(row.Default, isNeeded: true),
        OutcomeText.Of(row.OnPostgreSql, row.Rule.IsStorage && !row.IsOpen),
        row.Faults.Count > 0 ? "NOT PROVED" : "",
    ];

    private static string Fit(string text, int width) => text.Length <= width ? text.PadRight(width) : $"{text[..(width - 1)]}…";
}
