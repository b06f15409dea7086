using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>A set that was read from a client's jwks_uri.</summary>
/// <param name="FetchedAt">When its fetch began, by the wall clock, which survives a restart.</param>
/// <param name="IsEnd">
/// Stands for no set at all: the client's private keys are known to others, and no set that was read before counts any more. It is stored like
/// a set, an empty one, so that no replica brings the old keys back; the next set that can be read takes its place.
/// </param>
internal sealed record HeldJwks(JwkSet Keys, DateTimeOffset FetchedAt, bool IsEnd = false)
{
    public static HeldJwks EndedAt(DateTimeOffset time) => new(JwkSet.Empty, time, IsEnd: true);
}
