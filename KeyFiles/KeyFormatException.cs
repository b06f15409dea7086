namespace B2BAssertions.KeyFiles;

/// <summary>Something that should hold one private key does not, or cannot be opened.</summary>
/// <param name="message">What it does or holds instead and what is expected, to stand after its name and before a full stop.</param>
public sealed class KeyFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
