namespace B2BAssertions.Standalone;

/// <summary>Ends Standalone with exit code 1; the message is one sentence for the person at the terminal, and says where to look.</summary>
internal sealed class StandaloneException(string message, Exception? innerException = null) : Exception(message, innerException);
