using B2BAssertions.Jose;

using Microsoft.Extensions.Logging;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// The issuer's published keys, the only ones that a token's signature is checked with. They are read again when they are old or when a
/// token names a key that is not among them: concurrent requests share one reading, and readings keep a distance, so that nobody can
/// use this API to flood the issuer.
/// </summary>
internal sealed partial class IssuerKeys(IssuerKeySource source, TimeProvider time, ILogger<IssuerKeys> logger)
{
    /// <summary>Least time from the end of one reading to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>How long keys are used without a look at the issuer: so long a withdrawn key may still work.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>How long keys are used while the issuer cannot be read: its outage need not be ours as well.</summary>
    public static readonly TimeSpan UsableFor = TimeSpan.FromHours(1);

    /// <summary>How long a request waits for newer keys when it could do with the old ones.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private Task _reading = Task.CompletedTask;
    private long? _lastReadingEnded;
    private volatile Snapshot? _newest;

    /// <summary>Keys fit for a token with this kid, as far as the issuer can be read; false when there are none that may be used.</summary>
    public async Task<bool> PrepareAsync(string kid)
    {
        var snapshot = _newest;
        if (snapshot is null || Age(snapshot) >= UsableFor || !snapshot.Keys.Keys.Any(key => key.KeyId == kid))
        {
            await ReadOnceAsync();
        }
        else if (Age(snapshot) >= FreshFor)
        {
            await Task.WhenAny(ReadOnceAsync(), Task.Delay(Patience, time));
        }

        return _newest is { } current && Age(current) < UsableFor;
    }

    public IEnumerable<PublicJwk> Find(string kid, string algorithm) =>
        _newest?.Keys.Keys.Where(key => key.KeyId == kid && key.Algorithm.Name == algorithm) ?? [];

    private TimeSpan Age(Snapshot snapshot) => time.GetElapsedTime(snapshot.ReadAt);

    private Task ReadOnceAsync()
    {
        lock (_lock)
        {
            if (!_reading.IsCompleted || (_lastReadingEnded is { } ended && time.GetElapsedTime(ended) < Pause))
            {
                return _reading;
            }

            // On its own: the request that happens to start it may be gone before others have what they wait for.
            return _reading = Task.Run(ReadAsync, CancellationToken.None);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            Keep(await source.FetchAsync());
        }
        finally
        {
            lock (_lock)
            {
                _lastReadingEnded = time.GetTimestamp();
            }
        }
    }

    private void Keep(FetchedKeys fetched)
    {
        if (fetched.Keys is { } keys)
        {
            _newest = new Snapshot(keys, time.GetTimestamp());
            Log.KeysRead(logger, string.Join(", ", keys.Keys.Select(key => Printable.From(key.KeyId))), keys.Ignored.Count);
        }
        else
        {
            Log.KeysUnavailable(logger, fetched.Fault!, _newest is { } old ? (int)Age(old).TotalSeconds : null);
        }
    }

    private sealed record Snapshot(JwkSet Keys, long ReadAt);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Read the issuer's keys: {Kids}; {Ignored} of other kinds left out.")]
        public static partial void KeysRead(ILogger logger, string kids, int ignored);

        [LoggerMessage(2, LogLevel.Warning, "The issuer's keys cannot be read: {Fault}. Seconds since the last success: {Age}.")]
        public static partial void KeysUnavailable(ILogger logger, string fault, int? age);
    }
}
