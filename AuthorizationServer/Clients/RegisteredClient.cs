namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>What the checks need to know of a client.</summary>
internal sealed record RegisteredClient(string ClientId, Uri JwksUri, IReadOnlyList<string> AllowedAlgorithms, string Audience);
