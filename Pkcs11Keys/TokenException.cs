using System.Security.Cryptography;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>The token, or a key in it, cannot be used; the message says why and what to do. Never holds a PIN.</summary>
public sealed class TokenException(string message, Exception? innerException = null) : CryptographicException(message, innerException);
