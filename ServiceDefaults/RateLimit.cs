namespace B2BAssertions.ServiceDefaults;

/// <summary>What the settings of all limits have alike.</summary>
public static class RateLimitSettings
{
    /// <summary>No limit. A service that starts with one logs a warning.</summary>
    public const int Off = 0;

    public const int Most = 1_000_000;

    /// <summary>Names the setting and what is expected there; null when the value is right.</summary>
    public static string? Validate(string setting, int value, int most = Most) =>
        value is >= Off && value <= most ? null : $"{setting} is {value}: expected 1 to {most}, or 0 for no limit.";
}

/// <summary>
/// How often a minute something may happen for one key: all permits at once or spread, and one comes back every minute / permits (a token
/// bucket, kept as the one time at which it is full again). System.Threading.RateLimiting has no bound for the number of its partitions, and
/// its clock cannot be another than the system's.
/// </summary>
/// <param name="whenFull">Called whenever there is no room for a key.</param>
public sealed class RateLimit<TKey>(int permitsPerMinute, TimeProvider timeProvider, Action? whenFull = null)
    where TKey : notnull
{
    /// <summary>
    /// Some ten megabytes. The keys that come when there is no room share one bucket: who can send from more addresses than this takes from
    /// others who are new, and nothing from those who are kept.
    /// </summary>
    public const int MaxKeys = 100_000;

    private static readonly long Minute = TimeSpan.FromMinutes(1).Ticks;

    /// <summary>A full table is looked through at most this often, however many strangers knock.</summary>
    private static readonly long SweepPause = TimeSpan.FromSeconds(5).Ticks;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, long> _fullAgainAt = [];
    private readonly long _ticksPerPermit = permitsPerMinute == RateLimitSettings.Off ? 0 : Minute / permitsPerMinute;

    /// <summary>Of a clock that nobody can set back.</summary>
    private readonly long _start = timeProvider.GetTimestamp();

    private long _othersFullAgainAt;
    private long _sweptAt;

    /// <summary>How many keys are kept.</summary>
    public int Keys
    {
        get
        {
            lock (_lock)
            {
                return _fullAgainAt.Count;
            }
        }
    }

    /// <summary>Takes a permit; else how long until there is one.</summary>
    public TimeSpan? Take(TKey key) => Ask(key, take: true);

    /// <summary>
    /// Null when there is a permit; else how long until there is one. Who is not kept has a permit: what others took together is not held
    /// against somebody of whom nothing is known.
    /// </summary>
    public TimeSpan? Look(TKey key) => Ask(key, take: false);

    private TimeSpan? Ask(TKey key, bool take)
    {
        if (_ticksPerPermit == 0)
        {
            return null;
        }

        bool hasRoom;
        long wait;
        lock (_lock)
        {
            var now = timeProvider.GetElapsedTime(_start).Ticks;
            hasRoom = HasRoomFor(key, now);
            var taken = Math.Max(now, hasRoom ? _fullAgainAt.GetValueOrDefault(key) : _othersFullAgainAt) + _ticksPerPermit;
            wait = taken - now - Minute;
            if (take && wait <= 0)
            {
                Keep(key, taken, hasRoom);
            }
        }

        if (!hasRoom)
        {
            whenFull?.Invoke();
        }

        return wait > 0 && (take || hasRoom) ? TimeSpan.FromTicks(wait) : null;
    }

    private void Keep(TKey key, long fullAgainAt, bool hasRoom)
    {
        if (hasRoom)
        {
            _fullAgainAt[key] = fullAgainAt;
        }
        else
        {
            _othersFullAgainAt = fullAgainAt;
        }
    }

    /// <summary>Forgets whose permits are all back, when it is time to.</summary>
    private bool HasRoomFor(TKey key, long now)
    {
        if (_fullAgainAt.ContainsKey(key))
        {
            return true;
        }

        if (now - _sweptAt >= (_fullAgainAt.Count < MaxKeys ? Minute : SweepPause))
        {
            _sweptAt = now;
            foreach (var idle in _fullAgainAt.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList())
            {
                _fullAgainAt.Remove(idle);
            }
        }

        return _fullAgainAt.Count < MaxKeys;
    }
}
