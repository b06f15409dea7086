using System.Text.Json;

namespace B2BAssertions.CommandLines;

/// <summary>Plain text in aligned columns, without colours: it reads well on a terminal and through a pipe.</summary>
public static class TextTable
{
    private const string Gap = "  ";

    /// <summary>A line for each item, below the headings.</summary>
    public static void WriteRows(TextWriter output, IReadOnlyList<Column> columns, IEnumerable<JsonElement> items) => Write(
        output,
        [[.. columns.Select(column => column.Heading.ToUpperInvariant())], .. items.Select(item => Cells(columns, item))]);

    /// <summary>A line for each member of one item.</summary>
    public static void WriteBlock(TextWriter output, IReadOnlyList<Column> columns, JsonElement item) =>
        Write(output, [.. columns.Select(column => new[] { column.Heading, column.TextIn(item) })]);

    /// <summary>Lines of as many cells each.</summary>
    public static void Write(TextWriter output, IReadOnlyList<string[]> lines)
    {
        var widths = Enumerable.Range(0, lines[0].Length).Select(index => lines.Max(cells => cells[index].Length)).ToList();
        foreach (var cells in lines)
        {
            output.WriteLine(string.Join(Gap, cells.Select((cell, index) => cell.PadRight(widths[index]))).TrimEnd());
        }
    }

    private static string[] Cells(IReadOnlyList<Column> columns, JsonElement item) => [.. columns.Select(column => column.TextIn(item))];
}
