using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>
/// Whether the next key may take over: the registry counts it as active, nobody holds a key set without it, and the authorization server
/// has accepted it.
/// </summary>
internal sealed partial class PendingKey(
    KeyRing ring, RegistryKeys registry, KeysToken tokens, TimeProvider time, ILogger<PendingKey> logger)
{
    /// <summary>Of an answer that does not say; the authorization server assumes the same.</summary>
    private static readonly TimeSpan UnstatedMaxAge = TimeSpan.FromMinutes(5);

    /// <summary>Readers keep a set at least this long, whatever it says.</summary>
    private static readonly TimeSpan LeastMaxAge = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MostMaxAge = TimeSpan.FromDays(1);

    /// <summary>Until the last replica of the registry serves what the first one does.</summary>
    private static readonly TimeSpan ReplicaDelay = TimeSpan.FromSeconds(10);

    /// <summary>How often the key set is looked at: a present key that somebody revokes is noticed within.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ClockWait = TimeSpan.FromSeconds(5);

    public async Task<Verdict> CheckAsync(string next, CancellationToken cancellationToken)
    {
        if ((await registry.GetPublishedAsync(cancellationToken)).IsFailure(out var failure, out var published))
        {
            return Verdict.Failed(failure);
        }

        if (!published.Kids.Contains(next))
        {
            return await CheckAtRegistryAsync(next, isPublished: false, cancellationToken);
        }

        if (!published.Kids.Contains(ring.Key.Kid))
        {
            // Revoked, or gone: the present key is of no use, and the authorization server reads the set anew for a kid it does not know.
            Log.PresentKeyGone(logger, ring.Key.Kid, next);
            return Verdict.Ready;
        }

        // One further ahead was reckoned by a clock that has been set since.
        var everywhereAt = ring.State.PublishedEverywhereAt is { } known && known - time.GetUtcNow() <= MostMaxAge + ReplicaDelay
            ? known
            : Remember(published);
        var until = ring.State.ActivatesAt is { } activatesAt && activatesAt > everywhereAt ? activatesAt : everywhereAt;
        var left = until - time.GetUtcNow();
        return left > TimeSpan.Zero
            ? Verdict.Waits(
                $"until {until:u} somebody may hold a key set without {next}; {ring.Key.Kid} signs", left < LookEvery ? left : LookEvery)
            : await CheckAtRegistryAsync(next, isPublished: true, cancellationToken);
    }

    /// <summary>Tried before it takes over: a server that does not know the key yet refuses this one request and no other.</summary>
    /// <returns>Null when the server accepts it.</returns>
    public async Task<FlowFailure?> TryAsync(SigningKey next, CancellationToken cancellationToken) =>
        (await tokens.RequestAsync(next, cancellationToken)).Failure is { } refusal
            ? RotationFailures.NewKeyNotAccepted(next.Kid, refusal)
            : null;

    /// <summary>Takes the next key, which is lost here, out of the registry.</summary>
    /// <returns>Null when that is done.</returns>
    public async Task<FlowFailure?> WithdrawAsync(CancellationToken cancellationToken) =>
        (await tokens.GetAsync(ring.Key, cancellationToken)).IsFailure(out var failure, out var token)
            ? failure
            : await registry.RetireAsync(ring.State.Next!.Kid!, token, cancellationToken);

    private async Task<Verdict> CheckAtRegistryAsync(string next, bool isPublished, CancellationToken cancellationToken)
    {
        if ((await tokens.GetAsync(ring.Key, cancellationToken)).IsFailure(out var failure, out var token))
        {
            return Verdict.Failed(failure);
        }

        var notThere = RotationFailures.NotPublished(next, registry.JwksUri);
        if ((await registry.FindAsync(next, token, notThere, cancellationToken)).IsFailure(out failure, out var registered))
        {
            tokens.Forget();
            return Verdict.Failed(failure);
        }

        if (!registered.CanSign)
        {
            return Verdict.TakenAway(registered.State);
        }

        if (!isPublished)
        {
            return Verdict.Failed(notThere);
        }

        return registered.IsActive
            ? Verdict.ToBeTried
            : Verdict.Waits($"the registry's clock makes {next} active at {registered.ActivatesAt:u}; {ring.Key.Kid} signs", ClockWait);
    }

    private DateTimeOffset Remember(PublishedKeys published)
    {
        var maxAge = published.MaxAge ?? UnstatedMaxAge;
        var kept = maxAge < LeastMaxAge ? LeastMaxAge : maxAge > MostMaxAge ? MostMaxAge : maxAge;
        var everywhereAt = time.GetUtcNow() + kept + ReplicaDelay;
        ring.Save(ring.State with { PublishedEverywhereAt = everywhereAt });
        return everywhereAt;
    }

    /// <param name="TakenAwayState">The state of a key that somebody has taken away at the registry.</param>
    /// <param name="MustBeTried">Whether the authorization server has to accept it first.</param>
    internal sealed record Verdict(RotationStep Step, bool IsReady = false, string? TakenAwayState = null, bool MustBeTried = false)
    {
        public static Verdict Ready { get; } = new(RotationStep.Moved, IsReady: true);

        public static Verdict ToBeTried { get; } = new(RotationStep.Moved, IsReady: true, MustBeTried: true);

        public static Verdict Failed(FlowFailure failure) => new(RotationStep.Failed(failure));

        public static Verdict Waits(string what, TimeSpan wait) => new(RotationStep.Waiting(what, wait));

        public static Verdict TakenAway(string state) => new(RotationStep.Moved, TakenAwayState: state);
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "Rotation: the present key {Kid} is not published any more, so {Next} takes over before its time. If nobody revoked it, ask the API owner.")]
        public static partial void PresentKeyGone(ILogger logger, string kid, string next);
    }
}
