namespace B2BAssertions.RuleTable.Report;

/// <summary>A test that ran to prove rules.</summary>
/// <param name="TestClass">Full name of the class that ran, of the sealed one where it inherits its tests.</param>
/// <param name="Name">Display name, with the data row of a theory.</param>
/// <param name="Rules">Ids of the rules it proves.</param>
/// <param name="Reason">Why it was skipped; null otherwise.</param>
internal sealed record Proof(string TestClass, string Name, Outcome Outcome, IReadOnlyList<string> Rules, string? Reason)
{
    private const string SqliteSuffix = "OnSqlite";
    private const string PostgreSqlSuffix = "OnPostgreSql";

    public bool IsOnPostgreSql => TestClass.EndsWith(PostgreSqlSuffix, StringComparison.Ordinal);

    /// <summary>The class as its author wrote it: without the name of the database it ran on.</summary>
    public string WrittenClass =>
        IsOnPostgreSql ? TestClass[..^PostgreSqlSuffix.Length]
        : TestClass.EndsWith(SqliteSuffix, StringComparison.Ordinal) ? TestClass[..^SqliteSuffix.Length]
        : TestClass;
}
