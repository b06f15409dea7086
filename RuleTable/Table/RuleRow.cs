using B2BAssertions.RuleTable.Report;
using B2BAssertions.RuleTable.Rules;
using B2BAssertions.RuleTable.Source;

namespace B2BAssertions.RuleTable.Table;

/// <summary>One rule with its proof, or with what is missing of it.</summary>
/// <param name="MustBeProved">False for a rule whose section is being built: then a missing test is no fault, a failed one is.</param>
internal sealed record RuleRow(Rule Rule, bool MustBeProved, IReadOnlyList<Place> Places, IReadOnlyList<Proof> Tests)
{
    private const int NamedTests = 5;

    /// <summary>On SQLite, which is the default, or without a database.</summary>
    public Outcome Default => Worst(Tests.Where(test => !test.IsOnPostgreSql));

    public Outcome OnPostgreSql => Worst(Tests.Where(test => test.IsOnPostgreSql));

    /// <summary>Nothing there yet, and nothing promised.</summary>
    public bool IsOpen => !MustBeProved && Tests.Count == 0;

    public IReadOnlyList<string> Faults => [.. FindFaults().Select(fault => $"{Rule.Id}: {fault}")];

    private IEnumerable<string> FindFaults()
    {
        if (IsOpen)
        {
            yield break;
        }

        if (Places.Count == 0)
        {
            yield return "no comment in the source names it. Write the id beside the code that enforces it.";
        }

        if (Default == Outcome.NoTest)
        {
            yield return $"no test proves it. Give the one that does [Trait(\"Rule\", \"{Rule.Id}\")].";
        }

        if (Rule.IsStorage && OnPostgreSql == Outcome.NoTest)
        {
            yield return "a database keeps this rule, and no test proves it on PostgreSQL (a class ...OnPostgreSql).";
        }

        var failed = Tests.Where(test => test.Outcome == Outcome.Failed).ToList();
        foreach (var test in failed.Take(NamedTests))
        {
            yield return $"failed: {test.Name}";
        }

        if (failed.Count > NamedTests)
        {
            yield return $"failed: {failed.Count - NamedTests} more";
        }

        foreach (var skipped in Tests.Where(test => test.Outcome == Outcome.Skipped).GroupBy(test => test.Reason))
        {
            yield return $"{skipped.Count()} skipped, such as {skipped.First().Name}: {skipped.Key}";
        }
    }

    private static Outcome Worst(IEnumerable<Proof> tests) => tests.Select(test => test.Outcome).DefaultIfEmpty(Outcome.NoTest).Max();
}
