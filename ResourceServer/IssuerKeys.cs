using B2BAssertions.Jose;

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.ResourceServer;

/// <summary>
/// The issuer's published keys, the only ones that a token's signature is checked with. They are read again when they are old or when a
/// token names a key that is not among them: concurrent requests share one reading, and readings keep a distance, so that nobody can
/// use this API to flood the issuer.
/// </summary>
/// <remarks>
/// RS-09: a token is called invalid for its key only if the issuer's keys were read after the token came, or after it was issued. Anyone can
/// make up a kid and so have the keys read a moment before the first token of a new key comes. The distance then forbids another reading;
/// that token is neither valid nor invalid, and its sender is told to come again. So a flood of made-up kids delays a new key by
/// <see cref="Pause"/> at most, and never has it refused.
/// </remarks>
internal sealed partial class IssuerKeys(IssuerKeySource source, TimeProvider time, ILogger<IssuerKeys> logger)
{
    /// <summary>Least time from the end of one reading to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>The same while no usable keys are held: a service starts beside its issuer, and should be ready as soon as that is.</summary>
    private static readonly TimeSpan PauseWithoutKeys = TimeSpan.FromMilliseconds(500);

    /// <summary>How long keys are used without a look at the issuer: so long a withdrawn key may still work.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>How long keys are used while the issuer cannot be read: its outage need not be ours as well.</summary>
    public static readonly TimeSpan UsableFor = TimeSpan.FromHours(1);

    /// <summary>When a request begins to have them read again, without waiting for it: so hardly any has to wait.</summary>
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(4);

    /// <summary>How long a request waits for an issuer that could not be read the last time, when it could do with the old keys.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>The same when there are no keys to do with, or not the one that the token names.</summary>
    private static readonly TimeSpan PatienceWithoutKey = TimeSpan.FromSeconds(2);

    /// <summary>From one line about an issuer that is away to the next.</summary>
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _toldAt;
    private Task _reading = Task.CompletedTask;
    private long? _lastReadingEnded;
    private volatile bool _lastReadingFailed;
    private volatile Snapshot? _newest;

    /// <summary>Has keys fit for a token at hand, as far as the issuer can be read.</summary>
    /// <param name="kid">The key that the token names.</param>
    /// <param name="issuedAt">The token's <c>iat</c>; unverified, it decides no more than which refusal an unknown key gets.</param>
    /// <param name="requestAborted">Ends the wait; the reading, which others share, goes on.</param>
    /// <exception cref="OperationCanceledException">The request was aborted, so nothing may be done for it.</exception>
    public async Task<KeyReadiness> PrepareAsync(string kid, long? issuedAt, CancellationToken requestAborted)
    {
        var arrived = time.GetTimestamp();
        if (_newest is { } known && known.Has(kid) && Age(known) < UsableFor)
        {
            await RefreshAsync(Age(known), requestAborted);
            return HoldsUsable ? KeyReadiness.Ready : KeyReadiness.Unavailable;
        }

        await ReadOnceAsync(_lastReadingFailed ? PatienceWithoutKey : Timeout.InfiniteTimeSpan, requestAborted);
        if (_newest is not { } newest || Age(newest) >= UsableFor)
        {
            return KeyReadiness.Unavailable;
        }

        if (newest.Has(kid) || newest.ReadAt >= arrived || WasReadAfter(issuedAt, newest))
        {
            return KeyReadiness.Ready;
        }

        return _lastReadingFailed ? KeyReadiness.Unavailable : KeyReadiness.NotReadYet;
    }

    /// <summary>Whether keys are held that tokens can be checked with; has them read when not, so that a service is ready before its first token.</summary>
    public async Task<bool> HasUsableAsync()
    {
        if (!HoldsUsable)
        {
            await ReadOnceAsync(Patience, CancellationToken.None);
        }

        return HoldsUsable;
    }

    private bool HoldsUsable => _newest is { } newest && Age(newest) < UsableFor;

    public IEnumerable<PublicJwk> Find(string kid, string algorithm) =>
        _newest?.Keys.Keys.Where(key => key.KeyId == kid && key.Algorithm.Name == algorithm) ?? [];

    private TimeSpan Age(Snapshot snapshot) => time.GetElapsedTime(snapshot.ReadAt);

    /// <summary>AT-04: a key is published before it signs, so it was among the keys that were read after the token was issued.</summary>
    private static bool WasReadAfter(long? issuedAt, Snapshot snapshot) =>
        issuedAt <= (snapshot.ReadAtTime - AccessTokenValidation.Skew).ToUnixTimeSeconds();

    /// <summary>
    /// Old keys are never used before the issuer was asked, or a withdrawn one would work for as long as nobody comes. Only while the issuer
    /// is known to be away does a request go on with them though it has no answer yet.
    /// </summary>
    private async Task RefreshAsync(TimeSpan age, CancellationToken requestAborted)
    {
        if (age < RefreshAfter)
        {
            return;
        }

        if (age >= FreshFor)
        {
            await ReadOnceAsync(_lastReadingFailed ? Patience : Timeout.InfiniteTimeSpan, requestAborted);
        }
        else
        {
            _ = ReadOnceAsync();
        }
    }

    /// <summary>Waits for a reading until it or the patience ends.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for the answer any more.</exception>
    private async Task ReadOnceAsync(TimeSpan patience, CancellationToken requestAborted)
    {
        try
        {
            await ReadOnceAsync().WaitAsync(patience, time, requestAborted);
        }
        catch (TimeoutException)
        {
            // What is held now decides.
        }
    }

    private Task ReadOnceAsync()
    {
        var pause = HoldsUsable ? Pause : PauseWithoutKeys;
        lock (_lock)
        {
            if (!_reading.IsCompleted || (_lastReadingEnded is { } ended && time.GetElapsedTime(ended) < pause))
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
            // As old as the beginning of the reading: what the issuer did since may not be in it.
            var (readAt, readAtTime) = (time.GetTimestamp(), time.GetUtcNow());
            Keep(await source.FetchAsync(), readAt, readAtTime);
        }
        finally
        {
            lock (_lock)
            {
                _lastReadingEnded = time.GetTimestamp();
            }
        }
    }

    private void Keep(FetchedKeys fetched, long readAt, DateTimeOffset readAtTime)
    {
        if (fetched.Keys is { } keys)
        {
            _newest = new Snapshot(keys, readAt, readAtTime);
            Log.KeysRead(logger, string.Join(", ", keys.Keys.Select(key => Printable.From(key.KeyId))), LeftOut(keys));
        }
        else if (!_lastReadingFailed || _toldAt is not { } told || time.GetElapsedTime(told) >= TellAgainAfter)
        {
            // Health probes and requests have them read every few seconds while the issuer is away.
            _toldAt = time.GetTimestamp();
            Log.KeysUnavailable(logger, fetched.Fault!, _newest is { } old ? (int)Age(old).TotalSeconds : null);
        }

        _lastReadingFailed = fetched.Keys is null;
    }

    /// <summary>Keys of other kinds are no fault of the issuer's, but who looks for one finds it here.</summary>
    private static string LeftOut(JwkSet keys) => keys.Ignored.Count == 0
        ? "none"
        : string.Join(", ", keys.Ignored.Select(ignored => $"{ignored.Name} ({ignored.Fault.Code})"));

    /// <param name="ReadAt">For ages: it does not jump.</param>
    /// <param name="ReadAtTime">For times of the issuer.</param>
    private sealed record Snapshot(JwkSet Keys, long ReadAt, DateTimeOffset ReadAtTime)
    {
        public bool Has(string kid) => Keys.Keys.Any(key => key.KeyId == kid);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Read the issuer's keys: {Kids}; left out: {LeftOut}.")]
        public static partial void KeysRead(ILogger logger, string kids, string leftOut);

        [LoggerMessage(2, LogLevel.Warning, "The issuer's keys cannot be read: {Fault}. Seconds since the last success: {Age}.")]
        public static partial void KeysUnavailable(ILogger logger, string fault, int? age);
    }
}

/// <summary>Without the issuer's keys every token is answered 503: a replica that has none must not get the requests of those that have.</summary>
internal sealed class IssuerKeysCheck(IssuerKeys keys, ResourceServerOptions options) : IHealthCheck
{
    public const string Name = "issuer-keys";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await keys.HasUsableAsync().WaitAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, $"No keys of {options.Issuer} are held, so no access token can be checked.");
}
