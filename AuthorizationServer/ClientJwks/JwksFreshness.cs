using System.Net.Http.Headers;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>
/// JW-01: a set is fresh for the max-age its server states, within bounds: a client that says no-store must not have us fetch for every
/// request, and one that says a year must not keep a withdrawn key alive.
/// </summary>
internal static class JwksFreshness
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);
    public static readonly TimeSpan WhenUnstated = TimeSpan.FromMinutes(5);

    /// <param name="age">How long a cache on the way has kept the answer already (RFC 9111 §5.1).</param>
    public static TimeSpan Of(CacheControlHeaderValue? cacheControl, TimeSpan? age)
    {
        if (cacheControl is { NoStore: true } or { NoCache: true })
        {
            return Shortest;
        }

        var stated = (cacheControl?.MaxAge ?? WhenUnstated) - (age ?? TimeSpan.Zero);
        return stated < Shortest ? Shortest : stated > Longest ? Longest : stated;
    }
}
