namespace B2BAssertions.RuleTable;

/// <param name="Report">Results of a run that was; null: run the tests now.</param>
/// <param name="Sections">Prefixes of the sections to look at; empty: all.</param>
/// <param name="Write">Write the table into the document.</param>
/// <param name="Check">Fail when the document's table is another.</param>
internal sealed record RuleTableOptions(string? Report, IReadOnlyList<string> Sections, bool Write, bool Check);
