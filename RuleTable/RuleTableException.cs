namespace B2BAssertions.RuleTable;

/// <summary>There is no table to make; the message tells the user what to do.</summary>
internal sealed class RuleTableException(string message) : Exception(message);
