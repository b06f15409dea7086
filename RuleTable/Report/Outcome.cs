namespace B2BAssertions.RuleTable.Report;

/// <summary>In the order in which one outweighs another when tests are taken together.</summary>
internal enum Outcome
{
    NoTest,
    Passed,
    Skipped,
    Failed,
}
