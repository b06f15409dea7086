namespace B2BAssertions.PartnerClient.Doctor.Servers;

/// <summary>
/// How far a server's clock is ahead of this machine's, behind when negative, as far as one answer can tell: it was made between request
/// and answer, and its date has whole seconds (RFC 9110 §6.6.1, §5.6.7).
/// </summary>
internal readonly record struct ClockOffset(TimeSpan Least, TimeSpan Most)
{
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    public TimeSpan Middle => (Least + Most) / 2;

    /// <summary>By how much the two clocks differ at least, without a sign.</summary>
    public TimeSpan Certain => Least > TimeSpan.Zero ? Least : Most < TimeSpan.Zero ? -Most : TimeSpan.Zero;

    /// <summary>By how much they differ at most, without a sign.</summary>
    public TimeSpan Possible => Most > -Least ? Most : -Least;

    /// <summary>Null when no server told its time.</summary>
    public static ClockOffset? From(Reception? reception) => reception is { Date: { } date }
        ? new ClockOffset(date - reception.ReceivedAt, date + Resolution - reception.SentAt)
        : null;
}
