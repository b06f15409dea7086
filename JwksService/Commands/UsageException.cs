namespace B2BAssertions.JwksService.Commands;

/// <summary>Ends a command with exit code 2: what was typed cannot be carried out, and the message says why.</summary>
internal sealed class UsageException(string message) : Exception(message);
