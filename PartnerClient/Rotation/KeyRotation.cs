using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.KeyPair;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>
/// Puts a new key in the place of the present one without a moment in which none is accepted (PC-06): make it, register it, wait until
/// every reader of the key set has it, sign with it, retire the former one, archive that. Each phase is on disk before anything is done in
/// it, and everything that is done can be done again.
/// </summary>
internal sealed partial class KeyRotation(
    KeyRing ring,
    IKeyStore store,
    RegistryKeys registry,
    KeysToken tokens,
    NextKey next,
    PendingKey pending,
    RotationTriggers triggers,
    RotationRequestFile request,
    RotationArchive archive,
    RotationMetrics metrics,
    IOptions<PartnerClientOptions> options,
    TimeProvider time,
    ILogger<KeyRotation> logger)
{
    /// <summary>Takes the next step, if it can be taken now.</summary>
    public async Task<RotationStep> AdvanceAsync(CancellationToken cancellationToken)
    {
        // One trace for a step: what it asks the servers belongs together. Between rotations there is nothing to ask but RotationTriggers' question.
        using var activity = ring.State.Phase is RotationPhase.None ? null : Instruments.Source.StartActivity("rotate key");
        activity?.SetTag("phase", ring.State.Phase.ToString());
        try
        {
            return ring.State.Phase switch
            {
                RotationPhase.None => await BeginIfDueAsync(cancellationToken),
                RotationPhase.Begun => Generate(),
                RotationPhase.Generated => await RegisterAsync(cancellationToken),
                RotationPhase.Pending => await TakeOverIfReadyAsync(cancellationToken),
                RotationPhase.Signing => await RetireAsync(cancellationToken),
                _ => Archive(),
            };
        }
        catch (StartupException exception)
        {
            return RotationStep.Failed(RotationFailures.KeyUnusable(exception.Message));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return RotationStep.Failed(RotationFailures.StateUnwritable(exception.Message));
        }
    }

    private async Task<RotationStep> BeginIfDueAsync(CancellationToken cancellationToken)
    {
        if (await triggers.FindAsync(cancellationToken) is not { } cause)
        {
            return archive.EraseOld() is { } failure ? RotationStep.Failed(failure) : RotationStep.Resting(triggers.UntilNext());
        }

        ring.Save(ring.State with
        {
            Phase = RotationPhase.Begun,
            Next = new HeldKey(ring.FreeName),
            Cause = cause,
            BegunAt = time.GetUtcNow(),
        });
        Log.Begun(logger, ring.Key.Kid, cause);
        return RotationStep.Moved;
    }

    private RotationStep Generate()
    {
        // Fulfilled by this rotation: here, and not when it began, so that a crash in between loses no request.
        request.Remove();

        // A key that is there already was made by a process that ended before it could say so.
        var name = ring.State.Next!.Name;
        store.Create(name);
        using var key = store.Open(name);
        if (key.Kid == ring.Key.Kid)
        {
            return RotationStep.Failed(RotationFailures.KeyUnusable($"'{store.Describe(name)}' is a copy of the present key. Move it away."));
        }

        ring.Save(ring.State with { Phase = RotationPhase.Generated, Next = new HeldKey(name, key.Kid, time.GetUtcNow()) });
        Log.Generated(logger, key.Public.Algorithm.Name, key.Kid, store.Describe(name));
        return RotationStep.Moved;
    }

    private async Task<RotationStep> RegisterAsync(CancellationToken cancellationToken)
    {
        using var key = next.Open();
        if (key is null)
        {
            return next.BeginAnew();
        }

        if ((await tokens.GetAsync(ring.Key, cancellationToken)).IsFailure(out var failure, out var token))
        {
            return RotationStep.Failed(failure);
        }

        var proof = key.CreateJwt(KeyProof.Type, options.Value.ClientId, registry.Address, KeyProof.MaxLifetime, time);
        var outcome = await registry.SubmitAsync(key.Public, proof, token, cancellationToken);
        if (outcome.Failure is { Code: RotationFailures.KeyDuplicate })
        {
            // Registered before, by a request whose answer was lost.
            outcome = await registry.FindAsync(key.Kid, token, outcome.Failure, cancellationToken);
        }

        if (outcome.IsFailure(out failure, out var registered))
        {
            tokens.Forget();
            return RotationStep.Failed(failure);
        }

        return registered.CanSign ? Registered(registered) : next.Discard(registered.State);
    }

    private RotationStep Registered(RegistryKey registered)
    {
        ring.Save(ring.State with { Phase = RotationPhase.Pending, ActivatesAt = registered.ActivatesAt, PublishedEverywhereAt = null });
        Log.Registered(logger, registered.Kid, registry.Address, registered.ActivatesAt);
        return RotationStep.Moved;
    }

    private async Task<RotationStep> TakeOverIfReadyAsync(CancellationToken cancellationToken)
    {
        var verdict = store.Exists(ring.State.Next!.Name) ? await pending.CheckAsync(ring.State.Next.Kid!, cancellationToken) : null;
        if (verdict is { IsReady: false })
        {
            return verdict.TakenAwayState is { } state ? next.Discard(state) : verdict.Step;
        }

        // Not disposed of when it takes over.
        if (next.Open() is not { } key)
        {
            return await pending.WithdrawAsync(cancellationToken) is { } notWithdrawn ? RotationStep.Failed(notWithdrawn) : next.BeginAnew();
        }

        if (verdict is { MustBeTried: true } && await pending.TryAsync(key, cancellationToken) is { } refusal)
        {
            key.Dispose();
            return RotationStep.Failed(refusal);
        }

        var former = ring.State.Current;
        ring.Save(
            ring.State with
            {
                Phase = RotationPhase.Signing,
                Current = ring.State.Next!,
                Previous = former,
                Next = null,
                ActivatesAt = null,
                PublishedEverywhereAt = null,
            },
            key);
        Log.TookOver(logger, key.Kid, former.Kid!);
        return RotationStep.Moved;
    }

    private async Task<RotationStep> RetireAsync(CancellationToken cancellationToken)
    {
        var former = ring.State.Previous!;
        var outcome = await tokens.GetAsync(ring.Key, cancellationToken);
        if ((outcome.Failure ?? await registry.RetireAsync(former.Kid!, outcome.Value!, cancellationToken)) is { } failure)
        {
            tokens.Forget();
            return RotationStep.Failed(failure);
        }

        ring.Save(ring.State with { Phase = RotationPhase.Retired });
        Log.Retired(logger, former.Kid!);
        return RotationStep.Moved;
    }

    private RotationStep Archive()
    {
        if (archive.Keep(ring.State.Previous!, "retired", out var archived) is { } failure)
        {
            return RotationStep.Failed(failure);
        }

        var begunAt = ring.State.BegunAt ?? time.GetUtcNow();
        ring.Save(ring.State with { Phase = RotationPhase.None, Previous = null, BegunAt = null, Archived = archived });
        metrics.Rotated();
        Log.Done(logger, ring.Key.Kid, time.GetUtcNow() - begunAt);
        return RotationStep.Moved;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Rotation of the key {Kid} begins: {Cause}.")]
        public static partial void Begun(ILogger logger, string kid, string cause);

        [LoggerMessage(LogLevel.Information, "Rotation: made the {Algorithm} key {Kid} in '{Key}'. Next it is registered.")]
        public static partial void Generated(ILogger logger, string algorithm, string kid, string key);

        [LoggerMessage(LogLevel.Information, "Rotation: {Registry} has the key {Kid}, active from {ActivatesAt:u}. Until all have it the present key signs.")]
        public static partial void Registered(ILogger logger, string kid, string registry, DateTimeOffset activatesAt);

        [LoggerMessage(LogLevel.Information, "Rotation: the key {Kid} signs from now on. Next {Former} is retired.")]
        public static partial void TookOver(ILogger logger, string kid, string former);

        [LoggerMessage(LogLevel.Information, "Rotation: the registry lets the key {Kid} go. Next it is archived.")]
        public static partial void Retired(ILogger logger, string kid);

        [LoggerMessage(LogLevel.Information, "Rotation done: the key {Kid} signs. It took {Elapsed:c}.")]
        public static partial void Done(ILogger logger, string kid, TimeSpan elapsed);
    }
}
