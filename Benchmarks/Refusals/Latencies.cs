namespace B2BAssertions.Benchmarks.Refusals;

/// <summary>How long the requests of one class took.</summary>
internal sealed class Latencies
{
    private readonly List<TimeSpan> _all = [];

    public void Add(TimeSpan latency) => _all.Add(latency);

    public double MillisecondsAt(int percentile)
    {
        var sorted = _all.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * percentile / 100.0) - 1)].TotalMilliseconds;
    }
}
