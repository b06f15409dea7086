namespace B2BAssertions.CommandLines;

/// <summary>Ends a command with exit code 2: what was typed cannot be carried out, and the message says why.</summary>
public sealed class UsageException(string message) : Exception(message);
