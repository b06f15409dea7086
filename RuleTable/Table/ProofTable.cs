using B2BAssertions.RuleTable.Report;
using B2BAssertions.RuleTable.Rules;
using B2BAssertions.RuleTable.Source;

namespace B2BAssertions.RuleTable.Table;

/// <summary>The rules of each section with their proofs.</summary>
internal sealed record ProofTable(IReadOnlyList<(RuleSection Section, IReadOnlyList<RuleRow> Rows)> Sections, IReadOnlyList<string> UnknownRules)
{
    public IEnumerable<RuleRow> Rows => Sections.SelectMany(section => section.Rows);

    public IReadOnlyList<string> Faults =>
        [.. Rows.SelectMany(row => row.Faults), .. UnknownRules.Select(id => $"{id}: a test proves it, and no such rule is known.")];

    public bool IsProved => Faults.Count == 0;

    public static ProofTable Create(IEnumerable<RuleSection> sections, SourcePlaces places, IReadOnlyList<Proof> tests)
    {
        var ofRule = tests
            .SelectMany(test => test.Rules.Select(rule => (Rule: rule, Test: test)))
            .ToLookup(proof => proof.Rule, proof => proof.Test);
        return new ProofTable(
            [.. sections.Select(section => (section, RowsOf(section)))],
            [.. ofRule.Select(group => group.Key).Where(id => !RuleList.Ids.Contains(id)).Order(StringComparer.Ordinal)]);

        IReadOnlyList<RuleRow> RowsOf(RuleSection section) =>
        [
            .. section.Rules.Select(rule => new RuleRow(
                rule, section.IsComplete, places.Of(rule.Id, section.Service), [.. ofRule[rule.Id].OrderBy(test => test.Name, StringComparer.Ordinal)])),
        ];
    }
}
