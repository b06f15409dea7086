namespace B2BAssertions.RuleTable.Rules;

/// <param name="Id">As tests and comments name it, such as <c>AS-07</c>.</param>
/// <param name="Demand">What must hold, in short words.</param>
/// <param name="Source">The standard that demands it; <see cref="House"/> where none does.</param>
/// <param name="IsStorage">Kept by a database: proved on PostgreSQL as well as on SQLite.</param>
internal sealed record Rule(string Id, string Demand, string Source, bool IsStorage = false)
{
    /// <summary>The system's own decision.</summary>
    public const string House = "house rule";
}
