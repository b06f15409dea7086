namespace B2BAssertions.PartnerClient.AccessTokens.Keys;

/// <summary>On its way from the innermost handler through those of the application, which take it for no failure of the network.</summary>
internal sealed class SigningKeyUnavailableException(Exception cause) : Exception("There is no key to sign with.", cause);
