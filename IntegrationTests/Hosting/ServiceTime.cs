namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>
/// The test's clock, as one service sees it, and from the service's end on the system's for whatever begins to wait then. Parts that are disposed
/// of wait by their clock for what is still under way, as the resilience pipelines do: by a clock that stands still, for ever.
/// </summary>
internal sealed class ServiceTime(TimeProvider time) : TimeProvider
{
    private volatile TimeProvider _time = time;

    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _time.CreateTimer(callback, state, dueTime, period);

    /// <summary>The service has stopped, and is disposed of next.</summary>
    public void End() => _time = System;
}
