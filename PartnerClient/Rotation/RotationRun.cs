using B2BAssertions.PartnerClient.Flow;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>
/// One whole rotation for somebody who waits for it, as the command <c>keys rotate</c>: by this process, or by the worker that runs on the
/// same folder. The keys are open before (<see cref="KeyRing.Open"/>).
/// </summary>
internal sealed class RotationRun(
    KeyRotation rotation,
    KeyRing ring,
    RotationLock turn,
    RotationRequestFile request,
    IOptions<PartnerClientOptions> options,
    TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <param name="progress">Gets a sentence with each change.</param>
    /// <returns>Null when the rotation is done; otherwise what somebody has to do something about. A later run goes on from there.</returns>
    public async Task<FlowFailure?> RunAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            if (ring.State.Phase is RotationPhase.None)
            {
                request.Create();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return RotationFailures.StateUnwritable(exception.Message);
        }

        var former = ring.State.Previous?.Kid ?? ring.Key.Kid;
        if (turn.TryTake())
        {
            return await AdvanceAsync(progress, cancellationToken);
        }

        progress("A worker runs on this folder: it rotates the key.");
        return await FollowAsync(former, progress, cancellationToken);
    }

    private async Task<FlowFailure?> AdvanceAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var backOff = new BackOff(options);
        var told = "";
        do
        {
            var step = await rotation.AdvanceAsync(cancellationToken);
            if (step.Failure is { IsPermanent: true } failure)
            {
                return failure;
            }

            var now = step.Failure is { } passing ? $"{passing.Message} {passing.WhatToDo}" : step.WaitsFor ?? Describe(ring.State);
            if (now != told)
            {
                progress(told = now);
            }

            await Task.Delay(step.Wait ?? backOff.After(step.Failure), time, cancellationToken);
        }
        while (ring.State.Phase is not RotationPhase.None || request.IsThere);

        return null;
    }

    /// <summary>Until the other process has put another key in the place of this one; when it ends before, this one goes on.</summary>
    private async Task<FlowFailure?> FollowAsync(string former, Action<string> progress, CancellationToken cancellationToken)
    {
        var told = "";
        while (!IsDone())
        {
            if (turn.TryTake() && !IsDone())
            {
                return await AdvanceAsync(progress, cancellationToken);
            }

            ring.Follow();
            if (Describe(ring.State) is var now && now != told)
            {
                progress(told = now);
            }

            await Task.Delay(Look, time, cancellationToken);
        }

        return null;

        bool IsDone() => ring.Key.Kid != former && ring.State.Phase is RotationPhase.None;
    }

    private static string Describe(RotationState state) => state.Phase switch
    {
        RotationPhase.None => $"The key {state.Current.Kid} signs.",
        RotationPhase.Begun => "The next key is made.",
        RotationPhase.Generated => $"The key {state.Next!.Kid} is made; it is registered.",
        RotationPhase.Pending when state.PublishedEverywhereAt is { } everywhereAt =>
            $"The key {state.Next!.Kid} is published; until {everywhereAt:u} somebody may hold a key set without it.",
        RotationPhase.Pending => $"The key {state.Next!.Kid} is registered, active from {state.ActivatesAt:u}.",
        RotationPhase.Signing => $"The key {state.Current.Kid} signs; {state.Previous!.Kid} is retired.",
        _ => $"The key {state.Current.Kid} signs; {state.Previous!.Kid} is archived.",
    };
}
