using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <param name="Freshness">How long the set may be used without another fetch.</param>
internal sealed record FetchedJwks(JwkSet Keys, TimeSpan Freshness);
