using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>
/// How long to wait for the next flow (PC-05): doubling from 1 s to 60 s after failures that may pass, with jitter so that many clients
/// do not come back at once; later when the server asks for it, up to the longest wait; slowly after a refusal, which is the same until
/// somebody changes something.
/// </summary>
internal sealed class BackOff(IOptions<PartnerClientOptions> options)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Share of the longest wait that is added at random after a refusal.</summary>
    private const double RefusalJitter = 0.1;

    private int _failuresInARow;

    public TimeSpan After(FlowFailure? failure)
    {
        if (failure is null)
        {
            _failuresInARow = 0;
            return options.Value.PollInterval;
        }

        _failuresInARow++;
        return failure.IsPermanent
            ? Longest * (1 + (RefusalJitter * Random.Shared.NextDouble()))
            : NotBefore(failure.RetryAfterSeconds ?? 0, Between(Ceiling(_failuresInARow) / 2, Ceiling(_failuresInARow)));
    }

    /// <summary>2 s, 4 s, 8 s ... up to the longest: half of it is the least to wait.</summary>
    private static TimeSpan Ceiling(int failures) =>
        TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Shortest.TotalSeconds * Math.Pow(2, failures)));

    /// <summary>
    /// Retry-After (RFC 9110 §10.2.3), bounded so that a mistaken server cannot put the client to sleep. Rounded up: a flow that comes a
    /// moment early would find the access tokens still waiting.
    /// </summary>
    private static TimeSpan NotBefore(double retryAfterSeconds, TimeSpan wait) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(wait.TotalMilliseconds, Math.Min(retryAfterSeconds * 1000, Longest.TotalMilliseconds))));

    private static TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Random.Shared.NextDouble());
}
