namespace B2BAssertions.PartnerClient.AccessTokens;

/// <param name="Assertion">Null when there is a failure.</param>
/// <param name="TokenEndpoint">Where it would be sent; null when there is a failure.</param>
/// <param name="Failure">Why none can be made: the key is not there, or the metadata are not.</param>
public sealed record ClientAssertionPreview(ClientAssertionContent? Assertion, string? TokenEndpoint, AccessTokenFailure? Failure);
