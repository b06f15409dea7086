namespace B2BAssertions.Pkcs11Keys;

/// <summary>How a key is found again in a new session: handles end with the session, labels and ids stay.</summary>
/// <param name="Id">CKA_ID in hex; empty where the key has none.</param>
internal readonly record struct TokenKeyAddress(string Label, string Id);
