namespace B2BAssertions.KeyFiles;

/// <summary>A service cannot start, and its operator can do something about it: the message says what.</summary>
public sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
