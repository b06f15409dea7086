using B2BAssertions.AuthorizationServer.ClientAssertion;

namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>What the checks need to know of a client.</summary>
/// <param name="Scopes">What it may ask for.</param>
/// <param name="Rules">How its assertions are checked.</param>
internal sealed record RegisteredClient(
    string ClientId,
    ClientKeys Keys,
    IReadOnlyList<string> AllowedAlgorithms,
    IReadOnlyList<string> Scopes,
    AssertionRules Rules);
