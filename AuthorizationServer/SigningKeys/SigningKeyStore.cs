using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.Jose;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// The signing keys in the database. Each change is read, decided and saved as one; of several replicas that make a successor at once, one
/// inserts the next generation, and the others look again at what is there then. The same goes for changes to one key: its times are
/// concurrency tokens.
/// </summary>
internal sealed partial class SigningKeyStore(
    AuthorizationDbContext database,
    SharedDataProtection protection,
    IOptions<AuthorizationServerOptions> options,
    TimeProvider timeProvider,
    ILogger<SigningKeyStore> logger)
{
    private const int MaxAttempts = 5;

    private SigningKeyOptions Settings => options.Value.SigningKeys;

    private string Algorithm => options.Value.SigningAlgorithm;

    public async Task<SigningKeyTimeline> ReadAsync(CancellationToken cancellationToken) =>
        new(await database.ServerSigningKeys.AsNoTracking().ToListAsync(cancellationToken));

    /// <summary>
    /// Whether <see cref="AddDueAsync"/> would make a key now: none signs, or the newest has signed for its time, but for the time that its
    /// successor is published ahead. A key whose turn is farther off than any turn is planned was made while the clock was wrong.
    /// </summary>
    public bool IsDue(SigningKeyTimeline timeline, DateTimeOffset now)
    {
        var current = timeline.CurrentAt(now);
        return current is null
            || (current.SignsFrom + Settings.RotateEvery - Settings.PublishAhead <= now
                && !(timeline.NextAt(now) is { } next && next.SignsFrom <= now + Settings.RotateEvery));
    }

    /// <summary>Makes the key that is due; null when none is, be it that another replica made it.</summary>
    public Task<ServerSigningKey?> AddDueAsync(CancellationToken cancellationToken) =>
        ChangeAsync((timeline, now) => IsDue(timeline, now) ? Add(timeline, Algorithm, now, signsNow: timeline.CurrentAt(now) is null) : null, cancellationToken);

    /// <summary>
    /// Makes a successor when the newest key is for another algorithm than the settings say. Once at start: while replicas with the old and
    /// the new setting run side by side, they would make successors in turn for ever.
    /// </summary>
    public Task<ServerSigningKey?> AddForAlgorithmAsync(CancellationToken cancellationToken) => ChangeAsync(
        (timeline, now) => timeline.Newest is { } newest && newest.Algorithm != Algorithm ? Add(timeline, Algorithm, now, signsNow: false) : null,
        cancellationToken);

    /// <summary>The key that signs next: one that is published already, else a new one, for the algorithm that the newest has.</summary>
    /// <param name="signsNow">Whether it signs at once, unknown to whoever has read the key set before.</param>
    public Task<ServerSigningKey> RotateAsync(bool signsNow, CancellationToken cancellationToken) =>
        ChangeAsync((timeline, now) => Rotate(timeline, now, signsNow), cancellationToken);

    /// <summary>The key neither signs nor is published from now on. If it was the one that signs, its successor signs at once.</summary>
    /// <returns>The key, and its successor if that signs at once; null when there is no such key.</returns>
    public Task<(ServerSigningKey Withdrawn, ServerSigningKey? Successor)?> WithdrawAsync(string kid, CancellationToken cancellationToken) =>
        ChangeAsync<(ServerSigningKey, ServerSigningKey?)?>(
            (timeline, now) =>
            {
                if (timeline.Keys.SingleOrDefault(key => key.KeyId == kid) is not { } key)
                {
                    return null;
                }

                var current = timeline.CurrentAt(now);
                var successor = current == key ? Rotate(timeline, now, signsNow: true) : null;
                key.WithdrawnAt ??= now;
                AssertUnchanged(successor ?? current);
                return (key, successor);
            },
            cancellationToken);

    /// <summary>Removes private keys that are of no more use.</summary>
    public async Task<int> RemoveAsync(SigningKeyTimeline timeline, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        // By kid: a generation is used again after the newest key was withdrawn and removed.
        var kids = timeline.Keys.Where(key => timeline.IsRemovable(key, now)).Select(key => key.KeyId).ToList();
        return kids.Count == 0
            ? 0
            : await database.ServerSigningKeys.Where(key => kids.Contains(key.KeyId)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>
    /// Writes the key that signs from now on as it is. Somebody who withdraws it at this moment writes it too: the second one finds it changed,
    /// and decides again. Without this, two withdrawals at once could leave no key.
    /// </summary>
    private void AssertUnchanged(ServerSigningKey? signer)
    {
        if (signer is not null && database.Entry(signer) is { State: EntityState.Unchanged } entry)
        {
            entry.Property(key => key.SignsFrom).IsModified = true;
        }
    }

    private ServerSigningKey Rotate(SigningKeyTimeline timeline, DateTimeOffset now, bool signsNow)
    {
        if (timeline.NextAt(now) is not { } next)
        {
            return Add(timeline, timeline.Newest?.Algorithm ?? Algorithm, now, signsNow);
        }

        if (signsNow)
        {
            next.SignsFrom = now;
        }

        return next;
    }

    private ServerSigningKey Add(SigningKeyTimeline timeline, string algorithm, DateTimeOffset now, bool signsNow)
    {
        var made = PrivateSigningKey.Create(SigningAlgorithm.Parse(algorithm));
        var key = new ServerSigningKey
        {
            Generation = timeline.NextGeneration,
            KeyId = made.Public.KeyId,
            Algorithm = made.Public.Algorithm.Name,
            ProtectedKey = made.Protect(protection),
            PublishedAt = now,
            SignsFrom = signsNow ? now : now + Settings.PublishAhead,
        };
        database.ServerSigningKeys.Add(key);
        return key;
    }

    private async Task<T> ChangeAsync<T>(Func<SigningKeyTimeline, DateTimeOffset, T> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            database.ChangeTracker.Clear();
            var timeline = new SigningKeyTimeline(await database.ServerSigningKeys.ToListAsync(cancellationToken));
            var result = change(timeline, Now());
            try
            {
                await database.SaveChangesAsync(cancellationToken);
                return result;
            }
            catch (DbUpdateException exception)
                when ((exception is DbUpdateConcurrencyException || exception.IsUniqueViolation()) && attempt < MaxAttempts)
            {
                Log.AnotherWasFirst(logger);
            }
        }
    }

    /// <summary>In whole milliseconds, as times are stored: what is returned is what will be read.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(timeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Another replica or a command changed the signing keys first.")]
        public static partial void AnotherWasFirst(ILogger logger);
    }
}
