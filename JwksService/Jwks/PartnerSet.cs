using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Database;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>
/// One partner's key set in memory. Concurrent requests share one reading of the database. A reading that began before the set was
/// outdated does not make it fresh again; a reading that fails leaves the last set in use.
/// </summary>
internal sealed class PartnerSet(Func<Task<PublishedKeys?>> read, DatabaseReach reach, TimeProvider time)
{
    /// <summary>How long a request waits for newer keys when there are old ones, which is what a database that hangs costs it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private PublishedKeys? _keys;
    private PublishedSet? _set;
    private Task? _reading;
    private int _timesOutdated;
    private bool _isFresh;

    /// <summary>The revision of what is in memory; null when that is outdated, or nothing.</summary>
    public long? Revision
    {
        get
        {
            lock (_lock)
            {
                return _isFresh ? _keys?.Revision : null;
            }
        }
    }

    /// <summary>Whether there is nothing to serve: the partner is not there, or was never read.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _keys is null;
            }
        }
    }

    /// <summary>The set as it is now; null when there is no such partner.</summary>
    public async Task<PublishedSet?> GetAsync(CancellationToken cancellationToken)
    {
        Task reading;
        bool isEmpty;
        lock (_lock)
        {
            if (_isFresh)
            {
                return CurrentSet();
            }

            // On its own: the request that happens to start it may be gone before others have what they wait for.
            reading = _reading ??= Task.Run(ReadAsync, CancellationToken.None);
            isEmpty = _keys is null;
        }

        try
        {
            await reading.WaitAsync(isEmpty ? Timeout.InfiniteTimeSpan : Patience, time, cancellationToken);
        }
        catch (Exception exception) when (!isEmpty && exception.IsDatabaseFailure())
        {
            reach.Failed(exception);
        }

        lock (_lock)
        {
            return CurrentSet();
        }
    }

    public void Outdate()
    {
        lock (_lock)
        {
            _timesOutdated++;
            _isFresh = false;
            _reading = null;
        }
    }

    private async Task ReadAsync()
    {
        int timesOutdated;
        lock (_lock)
        {
            timesOutdated = _timesOutdated;
        }

        try
        {
            var keys = await read();
            reach.Answered();
            Keep(keys, timesOutdated);
        }
        finally
        {
            lock (_lock)
            {
                if (timesOutdated == _timesOutdated)
                {
                    _reading = null;
                }
            }
        }
    }

    private void Keep(PublishedKeys? keys, int timesOutdated)
    {
        lock (_lock)
        {
            var isCurrent = timesOutdated == _timesOutdated;
            if (isCurrent || _keys is null || keys?.Revision > _keys.Revision)
            {
                _keys = keys;
                _set = null;
                _isFresh |= isCurrent;
            }
        }
    }

    private PublishedSet? CurrentSet()
    {
        var now = time.GetUtcNow();
        if (_set is null || !_set.IsRightAt(now))
        {
            _set = _keys?.SetAt(now);
        }

        return _set;
    }
}
