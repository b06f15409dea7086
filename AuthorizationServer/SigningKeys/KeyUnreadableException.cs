namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>A key in the database cannot be opened: the certificate that protects it is missing, or somebody changed the row.</summary>
internal sealed class KeyUnreadableException(string message, Exception? innerException = null) : Exception(message, innerException);
