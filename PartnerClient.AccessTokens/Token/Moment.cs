namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <summary>
/// A moment on both clocks of the machine. What is due some time after it is due when either says so: the wall clock may be set back, and
/// nothing may then wait for it to catch up; the other one may stand still while the machine sleeps.
/// </summary>
internal readonly record struct Moment(DateTimeOffset Utc, long Timestamp)
{
    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());

    /// <summary>How long ago it is by the clock that says more.</summary>
    public TimeSpan Age(TimeProvider time)
    {
        var byWallClock = time.GetUtcNow() - Utc;
        var elapsed = time.GetElapsedTime(Timestamp);
        return byWallClock > elapsed ? byWallClock : elapsed;
    }
}
