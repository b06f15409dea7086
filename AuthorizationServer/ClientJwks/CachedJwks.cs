using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>
/// The newest JWK Set of one client, timed by a clock that nobody can set back. Callers that need a fetch at the same time share one; one client's slow server delays nobody else.
/// </summary>
internal sealed class CachedJwks(Func<Task<FetchedJwks?>> fetch, TimeProvider timeProvider)
{
    /// <summary>JW-02: a kid that is not in a fresh set is looked for again at most this often.</summary>
    public static readonly TimeSpan UnknownKeyCooldown = TimeSpan.FromSeconds(10);

    /// <summary>A fetch that failed is tried again at most this often: an unauthenticated caller must not make us a hammer.</summary>
    public static readonly TimeSpan FailureCooldown = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private JwkSet? _keys;
    private TimeSpan _freshness;
    private long _fetched;
    private long? _lastFetch;
    private Task<JwkSet?>? _fetchUnderWay;

    /// <summary>A fresh set, from here or from its source; null when there is none to be had.</summary>
    public async Task<(JwkSet? Keys, bool FromCache)> GetAsync(CancellationToken cancellationToken)
    {
        Task<JwkSet?> fetched;
        lock (_lock)
        {
            if (_keys is not null && timeProvider.GetElapsedTime(_fetched) < _freshness)
            {
                return (_keys, FromCache: true);
            }

            if (_fetchUnderWay is null && !HasPassed(FailureCooldown))
            {
                return (null, FromCache: true);
            }

            fetched = FetchShared();
        }

        return (await fetched.WaitAsync(cancellationToken), FromCache: false);
    }

    /// <summary>The set after one more fetch, for a kid that a fresh set does not hold; null when it is too early for one or it failed.</summary>
    public async Task<JwkSet?> RefetchAsync(CancellationToken cancellationToken)
    {
        Task<JwkSet?> fetched;
        lock (_lock)
        {
            if (_fetchUnderWay is null && !HasPassed(UnknownKeyCooldown))
            {
                return null;
            }

            fetched = FetchShared();
        }

        return await fetched.WaitAsync(cancellationToken);
    }

    private bool HasPassed(TimeSpan cooldown) => _lastFetch is not { } last || timeProvider.GetElapsedTime(last) >= cooldown;

    /// <summary>Starts a fetch, or joins the one under way; called under the lock. No caller's cancellation ends it for the others.</summary>
    private Task<JwkSet?> FetchShared()
    {
        if (_fetchUnderWay is null)
        {
            _lastFetch = timeProvider.GetTimestamp();
            _fetchUnderWay = Task.Run(FetchAsync, CancellationToken.None);
        }

        return _fetchUnderWay;
    }

    private async Task<JwkSet?> FetchAsync()
    {
        FetchedJwks? fetched = null;
        try
        {
            fetched = await fetch();
            return fetched?.Keys;
        }
        finally
        {
            lock (_lock)
            {
                _fetchUnderWay = null;
                if (fetched is not null)
                {
                    _keys = fetched.Keys;
                    _freshness = fetched.Freshness;
                    _fetched = timeProvider.GetTimestamp();
                }
            }
        }
    }
}
