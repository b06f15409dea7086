using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Database;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>A key set to answer with.</summary>
/// <param name="IsOutdated">Whether the partner's keys have changed since, and could not be read in time.</param>
internal sealed record ServedSet(PublishedSet Set, bool IsOutdated);

/// <summary>
/// One partner's key set in memory. Concurrent requests share one reading of the database, which ends when all of them have gone. A reading
/// that began before the set was outdated does not make it fresh again; a reading that fails leaves the last set in use.
/// </summary>
internal sealed class PartnerSet(Func<CancellationToken, Task<PublishedKeys?>> read, DatabaseReach reach, TimeProvider time)
{
    /// <summary>How long a request waits for newer keys when there are old ones, which is what a database that hangs costs it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private PublishedKeys? _keys;
    private PublishedSet? _set;
    private Reading? _reading;
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
    public async Task<ServedSet?> GetAsync(CancellationToken cancellationToken)
    {
        Reading reading;
        bool isEmpty;
        lock (_lock)
        {
            if (_isFresh)
            {
                return CurrentSet();
            }

            reading = _reading ??= Begin();
            reading.Waiting++;
            isEmpty = _keys is null;
        }

        try
        {
            await reading.Task.WaitAsync(isEmpty ? Timeout.InfiniteTimeSpan : Patience, time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Leave(reading);
            throw;
        }
        catch (TimeoutException) when (!reading.Task.IsCompleted)
        {
            // Our own patience, no failure of the database. The reading goes on: the set has to become right, though nobody waits.
        }
        catch (Exception exception) when (!isEmpty && exception.IsDatabaseFailure())
        {
            // The reading has told it.
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

    /// <summary>On its own: the request that happens to start it may be gone before others have what they wait for.</summary>
    private Reading Begin()
    {
        var reading = new Reading(_timesOutdated);
        reading.Task = Task.Run(() => ReadAsync(reading), CancellationToken.None);
        return reading;
    }

    private async Task ReadAsync(Reading reading)
    {
        try
        {
            var keys = await read(reading.End.Token);
            reach.Answered();
            Keep(keys, reading.TimesOutdated);
        }
        catch (Exception exception) when (exception.IsDatabaseFailure())
        {
            reach.Failed(exception);
            throw;
        }
        finally
        {
            lock (_lock)
            {
                Forget(reading);
            }
        }
    }

    /// <summary>The last one to leave ends the reading: it must not take the place of one that somebody waits for.</summary>
    private void Leave(Reading reading)
    {
        lock (_lock)
        {
            if (--reading.Waiting > 0)
            {
                return;
            }

            Forget(reading);
        }

        reading.End.Cancel();
    }

    private void Forget(Reading reading)
    {
        if (_reading == reading)
        {
            _reading = null;
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

    private ServedSet? CurrentSet()
    {
        var now = time.GetUtcNow();
        if (_set is null || !_set.IsRightAt(now))
        {
            _set = _keys?.SetAt(now);
        }

        return _set is null ? null : new ServedSet(_set, IsOutdated: !_isFresh);
    }

    private sealed class Reading(int timesOutdated)
    {
        /// <summary>How often the set had been outdated when it began.</summary>
        public int TimesOutdated { get; } = timesOutdated;

        public CancellationTokenSource End { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;

        /// <summary>Requests that wait for it, or have waited as long as they would.</summary>
        public int Waiting { get; set; }
    }
}
