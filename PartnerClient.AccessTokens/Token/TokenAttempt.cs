namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <param name="Kid">The key that signed; null when nothing was signed.</param>
internal sealed record TokenAttempt(Outcome<AccessToken> Outcome, string? Kid);
