namespace B2BAssertions.PartnerClient.Flow;

/// <summary>How the newest flow ended and when the next begins.</summary>
internal sealed class FlowState
{
    private volatile FlowReport? _last;
    private volatile bool _isWaiting;

    /// <summary>Null before the first flow has ended.</summary>
    public FlowReport? Last => _last;

    /// <summary>Whether the worker waits for the time of the next flow.</summary>
    public bool IsWaiting => _isWaiting;

    public void Started() => _isWaiting = false;

    public void Ended(FlowReport report)
    {
        _last = report;
        _isWaiting = true;
    }
}
