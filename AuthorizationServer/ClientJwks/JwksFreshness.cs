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

    public static TimeSpan Of(CacheControlHeaderValue? cacheControl)
    {
        if (cacheControl is { NoStore: true } or { NoCache: true })
        {
            return Shortest;
        }

        var stated = cacheControl?.MaxAge ?? WhenUnstated;
        return stated < Shortest ? Shortest : stated > Longest ? Longest : stated;
    }
}
