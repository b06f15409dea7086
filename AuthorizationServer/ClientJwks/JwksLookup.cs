using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <param name="Keys">Null when there are none to be had.</param>
/// <param name="Fault">Why the newest fetch failed; null when it did not.</param>
internal sealed record JwksLookup(JwkSet? Keys, JwksOrigin Origin, FetchFault? Fault);
