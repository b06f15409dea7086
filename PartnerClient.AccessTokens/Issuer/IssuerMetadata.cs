namespace B2BAssertions.PartnerClient.AccessTokens.Issuer;

/// <summary>What the client needs of the authorization server's metadata (RFC 8414 §2), each text exactly as it stands there.</summary>
internal sealed record IssuerMetadata(string Issuer, string TokenEndpoint);
