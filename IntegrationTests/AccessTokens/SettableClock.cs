namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>A machine's clocks: the wall clock can be set, the other one and timers go on by the tests' own time.</summary>
internal sealed class SettableClock(TimeProvider time) : TimeProvider
{
    /// <summary>How far the wall clock is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Ahead;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
