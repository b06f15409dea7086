using B2BAssertions.RuleTable.Report;
using B2BAssertions.RuleTable.Rules;
using B2BAssertions.RuleTable.Source;
using B2BAssertions.RuleTable.Table;

namespace B2BAssertions.RuleTable;

/// <summary>From the rules, the sources and the results of the tests to the table.</summary>
/// <param name="width">Columns that a line may take.</param>
internal sealed class RuleTableRun(string repository, RuleTableOptions options, int width, TextWriter output, TextWriter error)
{
    private IReadOnlyList<RuleSection> Sections => options.Sections.Count == 0
        ? RuleList.Sections
        : [.. RuleList.Sections.Where(section => options.Sections.Contains(section.Prefix))];

    /// <returns>Whether every rule is proved and, where that was asked for, the document says the same.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var report = options.Report ?? await new TestRun(repository, error).RunAsync(Sections, cancellationToken);
        var table = ProofTable.Create(Sections, SourcePlaces.Read(repository), TestReport.Read(report));

        TerminalTable.Write(output, table, width);
        foreach (var fault in table.Faults)
        {
            await error.WriteLineAsync(fault);
        }

        var document = new SecurityDocument(repository);
        var generated = new MarkdownTable(TestSources.Read(repository)).Format(table);
        if (options.Write)
        {
            document.Write(generated);
        }

        return await IsCurrentAsync(document, generated, table) && table.IsProved;
    }

    private async Task<bool> IsCurrentAsync(SecurityDocument document, string generated, ProofTable table)
    {
        if (!options.Check || document.Holds(generated))
        {
            return true;
        }

        // Whoever writes a red table makes the document say that a rule is not proved: first the tests, then the document.
        await error.WriteLineAsync(table.IsProved
            ? $"{SecurityDocument.Name} is out of date. Write it anew: {SecurityDocument.WriteCommand}"
            : $"{SecurityDocument.Name} says otherwise. Correct what is named above, then, if it is still out of date: {SecurityDocument.WriteCommand}");
        return false;
    }
}
