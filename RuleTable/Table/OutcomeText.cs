using B2BAssertions.RuleTable.Report;

namespace B2BAssertions.RuleTable.Table;

internal static class OutcomeText
{
    /// <param name="isNeeded">Whether the rule asks for a test there.</param>
    public static string Of(Outcome outcome, bool isNeeded) => outcome switch
    {
        Outcome.Passed => "passed",
        Outcome.Skipped => "skipped",
        Outcome.Failed => "failed",
        _ => isNeeded ? "no test" : "-",
    };
}
