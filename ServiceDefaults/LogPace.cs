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

    /// <summary>Whether a line would be let through now, so that this pace may be forgotten.</summary>
    internal bool IsOver(out int heldBack)
    {
        lock (_lock)
        {
            heldBack = _heldBack;
            return _last is not { } last || timeProvider.GetElapsedTime(last) >= Pause;
        }
    }

    internal void Add(int heldBack)
    {
        lock (_lock)
        {
            _heldBack += heldBack;
        }
    }
}

/// <summary>A pace for each kind of line, such as a check and the sender that failed it: one sender's flood does not hide another's mistake.</summary>
public sealed class LogPaces<TKey>(TimeProvider timeProvider)
    where TKey : notnull
{
    /// <summary>So 100 lines a second at most. The keys for which there is no room share one pace.</summary>
    public const int MaxKeys = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LogPace> _paces = [];
    private readonly LogPace _others = new(timeProvider);
    private long? _swept;

    /// <param name="heldBack">How many lines of this kind were held back since the last one.</param>
    public bool IsDue(TKey key, out int heldBack) => PaceOf(key).IsDue(out heldBack);

    private LogPace PaceOf(TKey key)
    {
        lock (_lock)
        {
            if (_paces.TryGetValue(key, out var pace))
            {
                return pace;
            }

            if (_paces.Count >= MaxKeys && !TryMakeRoom())
            {
                return _others;
            }

            return _paces[key] = new LogPace(timeProvider);
        }
    }

    /// <summary>
    /// At most once in a pause: a flood of keys must not cost a look through all of them each. What was held back of a key that is forgotten
    /// is told with the lines of the others.
    /// </summary>
    private bool TryMakeRoom()
    {
        if (_swept is { } swept && timeProvider.GetElapsedTime(swept) < LogPace.Pause)
        {
            return false;
        }

        _swept = timeProvider.GetTimestamp();
        foreach (var (key, pace) in _paces.ToList())
        {
            if (pace.IsOver(out var heldBack))
            {
                _others.Add(heldBack);
                _paces.Remove(key);
            }
        }

        return _paces.Count < MaxKeys;
    }
}
