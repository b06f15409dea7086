using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.Jose;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// The signing keys in memory, as last read: to sign and to publish needs no database. Which key signs is asked anew for each token, so a
/// key takes over at its time and not when somebody looks.
/// </summary>
internal sealed class SigningKeyRing(TimeProvider timeProvider)
{
    private volatile Keys _keys = new(
        new SigningKeyTimeline([]), new SigningKeyTimeline([]), new Dictionary<int, PrivateSigningKey>(), new Dictionary<string, string>());

    private volatile string? _rotationFailure;

    /// <summary>The one that signs.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public SigningCredentials Current
    {
        get
        {
            var keys = _keys;
            return keys.Timeline.CurrentAt(timeProvider.GetUtcNow()) is { } current
                ? keys.Opened[current.Generation].Credentials
                : throw new InvalidOperationException("No signing key is left to sign with.");
        }
    }

    /// <summary>All that an API may find in the header of a token that is still good, and the one that comes next.</summary>
    public IReadOnlyList<PublicJwk> Published
    {
        get
        {
            var keys = _keys;
            var now = timeProvider.GetUtcNow();
            return [.. keys.Timeline.Keys.Where(key => keys.Timeline.IsPublished(key, now)).Select(key => keys.Opened[key.Generation].Public)];
        }
    }

    public bool HasSigner => _keys.Timeline.CurrentAt(timeProvider.GetUtcNow()) is not null;

    /// <summary>Kids of those that could not be opened. The other replicas may use them.</summary>
    public IReadOnlyCollection<string> Unreadable => [.. _keys.Unreadable.Keys];

    /// <summary>The key whose turn it is, and why it could not be opened; null when it could.</summary>
    public (string KeyId, string Reason)? UnreadableSigner
    {
        get
        {
            var keys = _keys;
            return keys.Stored.CurrentAt(timeProvider.GetUtcNow()) is { } signer && keys.Unreadable.TryGetValue(signer.KeyId, out var reason)
                ? (signer.KeyId, reason)
                : null;
        }
    }

    /// <summary>Why the key that is due could not be made; null when it was, or none is due.</summary>
    public string? RotationFailure
    {
        get => _rotationFailure;
        set => _rotationFailure = value;
    }

    /// <summary>The private key of a row that was opened before; null for a new one.</summary>
    public PrivateSigningKey? Find(ServerSigningKey row) =>
        _keys.Opened.TryGetValue(row.Generation, out var key) && key.Public.KeyId == row.KeyId ? key : null;

    /// <param name="stored">The rows, those that could not be opened among them.</param>
    /// <param name="opened">The private keys of all rows that are published, by generation.</param>
    /// <param name="unreadable">Kids of the rows that could not be opened, and why: the others go on without them.</param>
    /// <returns>What this replica signs with and publishes.</returns>
    public SigningKeyTimeline Replace(
        SigningKeyTimeline stored, IReadOnlyDictionary<int, PrivateSigningKey> opened, IReadOnlyDictionary<string, string> unreadable)
    {
        var timeline = new SigningKeyTimeline(stored.Keys.Where(row => row.WithdrawnAt is not null || opened.ContainsKey(row.Generation)));
        _keys = new Keys(stored, timeline, opened, unreadable);
        return timeline;
    }

    private sealed record Keys(
        SigningKeyTimeline Stored,
        SigningKeyTimeline Timeline,
        IReadOnlyDictionary<int, PrivateSigningKey> Opened,
        IReadOnlyDictionary<string, string> Unreadable);
}
