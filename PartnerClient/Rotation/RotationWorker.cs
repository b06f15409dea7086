using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.Flow;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>Keeps the rotation going while the worker runs; in a second process on the same folder, follows the first.</summary>
internal sealed partial class RotationWorker(
    KeyRotation rotation,
    KeyRing ring,
    RotationLock turn,
    RotationRequestFile request,
    RotationStatus status,
    IOptions<PartnerClientOptions> options,
    TimeProvider time,
    ILogger<RotationWorker> logger) : BackgroundService
{
    /// <summary>How soon a request, or what another process has done, is noticed.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly BackOff _backOff = new(options);
    private string? _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (turn.TryTake())
            {
                await WaitAsync(await AdvanceAsync(stoppingToken), stoppingToken);
            }
            else
            {
                Follow();
                await Task.Delay(Look, time, stoppingToken);
            }
        }
    }

    private async Task<TimeSpan> AdvanceAsync(CancellationToken cancellationToken)
    {
        var step = await TakeStepSafelyAsync(cancellationToken);
        status.Set(step);
        Tell(step);
        return step.Wait ?? _backOff.After(step.Failure);
    }

    /// <summary>What no step foresaw ends neither the rotation nor the worker.</summary>
    private async Task<RotationStep> TakeStepSafelyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await rotation.AdvanceAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Unexpected(logger, ring.State.Phase, exception);
            return RotationStep.Failed(FlowFailures.Unexpected(RotationFailures.Step, exception));
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        // By no clock that somebody sets.
        var started = time.GetTimestamp();
        while (wait - time.GetElapsedTime(started) is { Ticks: > 0 } left && !IsAskedToBegin())
        {
            await Task.Delay(left < Look ? left : Look, time, cancellationToken);
        }
    }

    private bool IsAskedToBegin() => ring.State.Phase is RotationPhase.None && status.Failure is null && request.IsThere;

    private void Follow()
    {
        try
        {
            ring.Follow();
        }
        catch (StartupException exception)
        {
            TellOnce(exception.Message, () => Log.NotFollowed(logger, exception.Message));
        }
    }

    /// <summary>Each thing once, not with each look.</summary>
    private void Tell(RotationStep step)
    {
        if (step.Failure is { } failure)
        {
            TellOnce(failure.Code, () => Log.Failed(logger, ring.State.Phase, failure.Code, failure.Message, failure.WhatToDo));
        }
        else if (step.WaitsFor is { } what)
        {
            TellOnce(what, () => Log.Waits(logger, what));
        }
        else
        {
            _backOff.After(null);
            _told = null;
        }
    }

    private void TellOnce(string what, Action tell)
    {
        if (_told != what)
        {
            _told = what;
            tell();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Rotation waits: {What}.")]
        public static partial void Waits(ILogger logger, string what);

        [LoggerMessage(
            LogLevel.Warning, "Rotation does not go on from {Phase}: {Code}. {Message} {WhatToDo} The present key goes on signing.")]
        public static partial void Failed(ILogger logger, RotationPhase phase, string code, string message, string whatToDo);

        [LoggerMessage(LogLevel.Warning, "Another process of this folder rotates the keys, and what it did cannot be taken over: {Message}")]
        public static partial void NotFollowed(ILogger logger, string message);

        [LoggerMessage(LogLevel.Error, "The rotation failed in {Phase} in a way that this program does not foresee.")]
        public static partial void Unexpected(ILogger logger, RotationPhase phase, Exception exception);
    }
}
