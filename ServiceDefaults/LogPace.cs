namespace B2BAssertions.ServiceDefaults;

/// <summary>Lets one line in 10 seconds through, so that what anyone can bring about cannot fill the log.</summary>
public sealed class LogPace(TimeProvider timeProvider)
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _last;
    private int _heldBack;

    /// <param name="heldBack">How many lines were held back since the last one.</param>
    public bool IsDue(out int heldBack)
    {
        lock (_lock)
        {
            if (_last is { } last && timeProvider.GetElapsedTime(last) < Pause)
            {
                _heldBack++;
                heldBack = 0;
                return false;
            }

            _last = timeProvider.GetTimestamp();
            (heldBack, _heldBack) = (_heldBack, 0);
            return true;
        }
    }
}
