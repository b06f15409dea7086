namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>What a source of access tokens knows at one moment.</summary>
public sealed record AccessTokenState
{
    public required AccessTokenCircuit Circuit { get; init; }

    /// <summary>The newest token, be it still good or not; null before the first and after one was refused by an API.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>Why the newest request failed; null when it did not.</summary>
    public AccessTokenFailure? Failure { get; init; }

    /// <summary>What the newest assertion said; null before the first.</summary>
    public ClientAssertionContent? NewestAssertion { get; init; }
}
