namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>
/// The newest JWK Set of one client. Callers that need a fetch at the same time share one; one client's slow server delays nobody else.
/// Freshness is measured by a clock that nobody can set back, the age of a last good set by the wall clock as well.
/// </summary>
internal sealed class CachedJwks(ClientJwksSource source, ClientJwksReport report, TimeSpan lastGoodFor, TimeProvider timeProvider) : IDisposable
{
    /// <summary>
    /// JW-02: a kid that is not in a fresh set is looked for again at most this often. A stranger who knows the client id can use the fetch up,
    /// but each such fetch brings the client's newest keys too: who asks again after this long finds a new key.
    /// </summary>
    public static readonly TimeSpan UnknownKeyCooldown = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private HeldJwks? _held;
    private TimeSpan _freshness;
    private long _heldSince;
    private FetchFault? _fault;
    private int _failures;
    private long _failed;
    private long? _refetched;
    private Task<JwksLookup>? _fetchUnderWay;
    private ITimer? _retry;

    public Uri JwksUri => source.JwksUri;

    /// <summary>A set that is fresh, or else the last good one; waits for a fetch only while the source is not known to be away.</summary>
    public Task<JwksLookup> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (IsFresh)
            {
                return Task.FromResult(new JwksLookup(_held!.Keys, JwksOrigin.Cache, Fault: null));
            }

            var isPausing = _fault is not null && !HasPassed(_failed, RetryPause.After(_failures));
            if (_fault is not null && IsLastGoodUsable)
            {
                _ = isPausing ? null : FetchShared();
                return Task.FromResult(Standing());
            }

            return isPausing && _fetchUnderWay is null ? Task.FromResult(Standing()) : FetchShared().WaitAsync(cancellationToken);
        }
    }

    /// <summary>For a kid that a fresh set does not hold: the set after one more fetch, or as it was when it is too early for one (JW-02).</summary>
    public Task<JwksLookup> RefetchAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_fetchUnderWay is null)
            {
                var isPausing = _fault is not null && !HasPassed(_failed, RetryPause.After(_failures));
                if (isPausing || (_refetched is { } last && !HasPassed(last, UnknownKeyCooldown)))
                {
                    return Task.FromResult(Standing());
                }

                _refetched = timeProvider.GetTimestamp();
            }

            return FetchShared().WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        lock (_lock)
        {
            _retry?.Dispose();
        }
    }

    private bool IsFresh => _held is not null && !HasPassed(_heldSince, _freshness);

    /// <summary>
    /// JW-03. Nor is a set used whose time of fetching lies ahead: the clock was set, and nobody knows how old it is. An empty one is of no use.
    /// </summary>
    private bool IsLastGoodUsable => _held is { Keys.Keys.Count: > 0 }
        && lastGoodFor > TimeSpan.Zero
        && !HasPassed(_heldSince, lastGoodFor)
        && timeProvider.GetUtcNow() - _held.FetchedAt is var age
        && age < lastGoodFor
        && age > -LastGoodJwksStore.ClockTolerance;

    private bool HasPassed(long since, TimeSpan duration) => timeProvider.GetElapsedTime(since) >= duration;

    /// <summary>What can be said without a fetch.</summary>
    private JwksLookup Standing()
    {
        if (_fault is null)
        {
            return new JwksLookup(_held?.Keys, JwksOrigin.Cache, Fault: null);
        }

        if (IsFresh)
        {
            return new JwksLookup(_held!.Keys, JwksOrigin.LastGood, _fault);
        }

        if (IsLastGoodUsable)
        {
            report.LastGoodUsed(_held!.FetchedAt, _held.FetchedAt + lastGoodFor);
            return new JwksLookup(_held.Keys, JwksOrigin.LastGood, _fault);
        }

        report.NothingUsable(_held is { IsEnd: false } ? _held.FetchedAt : null);
        return new JwksLookup(null, JwksOrigin.None, _fault);
    }

    /// <summary>Starts a fetch, or joins the one under way; called under the lock. No caller's cancellation ends it for the others.</summary>
    private Task<JwksLookup> FetchShared() => _fetchUnderWay ??= Task.Run(FetchAsync, CancellationToken.None);

    private async Task<JwksLookup> FetchAsync()
    {
        // A set is as old as the beginning of its fetch: what the client withdrew since may still be in it (JW-06).
        var (startedAt, started) = (timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
        var (fetched, kept) = await AskAsync();
        lock (_lock)
        {
            try
            {
                return fetched.Fault is { } fault ? Failed(fault, kept) : Succeeded(fetched, startedAt, started);
            }
            finally
            {
                _fetchUnderWay = null;
            }
        }
    }

    /// <summary>
    /// The newest set. When it cannot be read, another replica may have read a newer one than this one holds (JW-06); the database is asked no
    /// more often than the source. Whatever goes wrong is a failed fetch, with its pause: anyone can cause fetches (JW-07).
    /// </summary>
    private async Task<(FetchedJwks Fetched, HeldJwks? Kept)> AskAsync()
    {
        FetchedJwks fetched;
        try
        {
            fetched = await source.FetchAsync(_stopping.Token);
        }
        catch (Exception exception)
        {
            report.Threw(exception);
            fetched = new FetchFault("jwks_fetch_failed", $"an error of this server, {exception.GetType().Name}");
        }

        return fetched.Fault is { IsCompromise: false } && lastGoodFor > TimeSpan.Zero
            ? (fetched, await source.ReadLastGoodAsync(_stopping.Token))
            : (fetched, null);
    }

    private JwksLookup Succeeded(FetchedJwks fetched, DateTimeOffset startedAt, long started)
    {
        (_fault, _failures) = (null, 0);
        (_held, _freshness, _heldSince) = (new HeldJwks(fetched.Keys!, startedAt), fetched.Freshness, started);
        report.Read(fetched.Keys!);
        source.Keep(_held!);
        return new JwksLookup(fetched.Keys, JwksOrigin.Source, Fault: null);
    }

    private JwksLookup Failed(FetchFault fault, HeldJwks? kept)
    {
        if (_stopping.IsCancellationRequested)
        {
            return new JwksLookup(null, JwksOrigin.None, fault);
        }

        _fault = fault;
        _failures++;
        _failed = timeProvider.GetTimestamp();
        report.Failed(fault);
        if (fault.IsCompromise)
        {
            HoldAsLastGood(HeldJwks.EndedAt(timeProvider.GetUtcNow()));
            source.End(_held!.FetchedAt);
        }
        else if (kept is not null && IsNewer(kept))
        {
            HoldAsLastGood(kept);
        }
        else if (_held is { IsEnd: true })
        {
            // Whether the database had it is not known.
            source.End(_held.FetchedAt);
        }

        RetryLater();
        return Standing();
    }

    /// <summary>A time that lies ahead is a clock's fault, and must not end what is in use.</summary>
    private bool IsNewer(HeldJwks kept) =>
        !(kept.FetchedAt <= _held?.FetchedAt) && kept.FetchedAt - timeProvider.GetUtcNow() < LastGoodJwksStore.ClockTolerance;

    private void HoldAsLastGood(HeldJwks jwks) => (_held, _freshness, _heldSince) = (jwks, TimeSpan.Zero, timeProvider.GetTimestamp());

    /// <summary>
    /// While an old set is in use the source is asked again by itself: a key that was withdrawn meanwhile must not get one more token because
    /// nobody came by since the source is back (JW-06).
    /// </summary>
    private void RetryLater()
    {
        if (!IsFresh && !IsLastGoodUsable)
        {
            return;
        }

        if (_retry is null)
        {
            // Not in the context, and so the trace, of the request that met the first failure.
            using (ExecutionContext.SuppressFlow())
            {
                _retry = timeProvider.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        var pause = RetryPause.After(_failures);
        _retry.Change(pause, Timeout.InfiniteTimeSpan);
        report.RetriesIn(pause);
    }

    private void Retry()
    {
        lock (_lock)
        {
            if (_fault is null || _stopping.IsCancellationRequested)
            {
                return;
            }

            if (IsFresh || IsLastGoodUsable)
            {
                FetchShared();
            }
            else
            {
                report.NothingUsable(_held is { IsEnd: false } ? _held.FetchedAt : null);
            }
        }
    }
}
