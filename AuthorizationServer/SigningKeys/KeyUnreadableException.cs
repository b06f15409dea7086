namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>A key in the database cannot be opened; the message says why, as a part of a sentence, and what mends it.</summary>
internal sealed class KeyUnreadableException(string message, Exception? innerException = null) : Exception(message, innerException);
