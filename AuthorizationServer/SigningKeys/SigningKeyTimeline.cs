using B2BAssertions.AuthorizationServer.Database;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// AT-04: which key signs and which are published at a time, from the times of all keys alone. Every replica comes to the same answer, and
/// a clock that is set back or stood still for a year changes nothing but the time that is asked about.
/// </summary>
internal sealed class SigningKeyTimeline
{
    /// <summary>
    /// How long a key is published after its last signature: the longest lifetime that any setting allows, because a token may have been issued
    /// under another setting, and five minutes for clocks that differ and replicas that switch later.
    /// </summary>
    public static readonly TimeSpan PublishedAfterUse = AuthorizationServerOptions.MaxAccessTokenLifetime + TimeSpan.FromMinutes(5);

    /// <summary>How long the row of a key stays that is not published any more: long enough to look at, and for a clock to be set right.</summary>
    public static readonly TimeSpan KeptAfterPublication = TimeSpan.FromDays(7);

    /// <summary>Of those that are not withdrawn: on one replica whose clock is ahead they are over, while the others still sign with one of them.</summary>
    private const int NewestKeptForEver = 2;

    /// <summary>Those that signed or will sign, in their order. A key that was withdrawn before its time never took over from another.</summary>
    private readonly List<ServerSigningKey> _signers;

    public SigningKeyTimeline(IEnumerable<ServerSigningKey> keys)
    {
        Keys = [.. keys.OrderBy(key => key.Generation)];
        _signers =
        [
            .. Keys.Where(key => key.WithdrawnAt is not { } withdrawn || withdrawn > key.SignsFrom)
                .OrderBy(key => key.SignsFrom)
                .ThenBy(key => key.Generation),
        ];
    }

    /// <summary>All keys that are stored, oldest first.</summary>
    public IReadOnlyList<ServerSigningKey> Keys { get; }

    public int NextGeneration => Keys.Count == 0 ? 1 : Keys[^1].Generation + 1;

    /// <summary>The last that is to sign; null when none is.</summary>
    public ServerSigningKey? Newest => _signers.LastOrDefault(key => key.WithdrawnAt is null);

    /// <summary>
    /// The key whose turn it is. Before the first one's turn, or when the one whose turn it is was withdrawn, the next signs a little early:
    /// clocks differ, and a key whose time is over must never sign again.
    /// </summary>
    public ServerSigningKey? CurrentAt(DateTimeOffset now)
    {
        var turn = _signers.FindLastIndex(key => key.SignsFrom <= now);
        return _signers.Skip(turn).FirstOrDefault(key => key.WithdrawnAt is null);
    }

    /// <summary>The key that is published to sign next; null when there is none.</summary>
    public ServerSigningKey? NextAt(DateTimeOffset now)
    {
        var current = CurrentAt(now);
        return _signers.FirstOrDefault(key => key != current && key.SignsFrom > now && key.WithdrawnAt is null);
    }

    public SigningKeyState StateOf(ServerSigningKey key, DateTimeOffset now) =>
        key.WithdrawnAt is not null ? SigningKeyState.Withdrawn
        : key == CurrentAt(now) ? SigningKeyState.Current
        : key.SignsFrom > now ? SigningKeyState.Next
        : now < PublishedUntil(key) ? SigningKeyState.Retiring
        : SigningKeyState.Retired;

    public bool IsPublished(ServerSigningKey key, DateTimeOffset now) =>
        StateOf(key, now) is SigningKeyState.Next or SigningKeyState.Current or SigningKeyState.Retiring;

    /// <summary>When the key leaves the key set; null while it has no successor.</summary>
    public DateTimeOffset? PublishedUntil(ServerSigningKey key)
    {
        if (key.WithdrawnAt is not null)
        {
            return key.WithdrawnAt;
        }

        var successor = _signers.IndexOf(key) + 1;
        return successor < _signers.Count ? _signers[successor].SignsFrom + PublishedAfterUse : null;
    }

    /// <summary>The private key is of no more use, whatever the time is elsewhere, and should not lie around for ever.</summary>
    public bool IsRemovable(ServerSigningKey key, DateTimeOffset now) =>
        !IsPublished(key, now)
        && PublishedUntil(key) + KeptAfterPublication <= now
        && !_signers.Where(signer => signer.WithdrawnAt is null).TakeLast(NewestKeptForEver).Contains(key);
}
