namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <summary>
/// When the server is asked again after failures (PC-05): doubling from 1 s to 60 s with jitter, so that many clients do not come back at
/// once, and later when the server asks for it; much later after a refusal, unless the key changes. Used under its owner's lock.
/// </summary>
internal sealed class Circuit(TimeProvider time)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>A mistaken server cannot put the client to sleep for longer (RFC 9110 §10.2.3).</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    /// <summary>The same request would be refused again: this is for what the API owner may have changed.</summary>
    public static readonly TimeSpan RefusalPause = TimeSpan.FromMinutes(5);

    /// <summary>Share of a pause that is added at random.</summary>
    private const double PauseJitter = 0.1;

    private int _failuresInARow;
    private Moment _opened;
    private TimeSpan _wait;

    public AccessTokenFailure? Failure { get; private set; }

    /// <summary>The key that was refused; null when none was.</summary>
    public string? RefusedKid { get; private set; }

    public AccessTokenCircuit State => Failure switch
    {
        null => AccessTokenCircuit.Closed,
        { IsPermanent: true } => AccessTokenCircuit.Refused,
        _ => AccessTokenCircuit.Waiting,
    };

    /// <summary>Why nothing is sent now; null when it may be.</summary>
    public AccessTokenFailure? FailureInForce() => Failure is { } failure && _opened.Age(time) < _wait ? failure : null;

    public void Close()
    {
        _failuresInARow = 0;
        Failure = null;
        RefusedKid = null;
    }

    /// <returns>The failure with the time of the next try.</returns>
    public AccessTokenFailure Open(AccessTokenFailure failure, string? kid)
    {
        _failuresInARow++;
        RefusedKid = failure.IsPermanent ? kid : null;
        _opened = Moment.Now(time);
        _wait = WaitAfter(failure);
        return Failure = failure with { RetryAt = _opened.Utc + _wait };
    }

    private TimeSpan WaitAfter(AccessTokenFailure failure)
    {
        if (failure.IsPermanent)
        {
            return WithJitter(RefusalPause);
        }

        var ceiling = Ceiling(_failuresInARow);
        var wait = (ceiling / 2) + (ceiling / 2 * Random.Shared.NextDouble());
        var asked = failure.RetryAfter ?? TimeSpan.Zero;
        return wait > asked ? wait : WithJitter(asked < LongestRetryAfter ? asked : LongestRetryAfter);
    }

    /// <summary>2 s, 4 s, 8 s ... up to the longest: half of it is the least to wait.</summary>
    private static TimeSpan Ceiling(int failures) =>
        TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Shortest.TotalSeconds * Math.Pow(2, failures)));

    private static TimeSpan WithJitter(TimeSpan pause) => pause * (1 + (PauseJitter * Random.Shared.NextDouble()));
}
