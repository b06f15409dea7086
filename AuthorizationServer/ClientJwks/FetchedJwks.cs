using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>What a fetch brought: a set and how long it may be used without another fetch, or a fault.</summary>
internal sealed record FetchedJwks(JwkSet? Keys, TimeSpan Freshness, FetchFault? Fault)
{
    public static implicit operator FetchedJwks(FetchFault fault) => new(null, TimeSpan.Zero, fault);
}
