using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>Why a rotation is to begin: by its schedule, because somebody here asks for it, or because the registry's operator does.</summary>
internal sealed partial class RotationTriggers(
    KeyRing ring,
    RegistryKeys registry,
    KeysToken tokens,
    RotationRequestFile request,
    IOptions<PartnerClientOptions> options,
    TimeProvider time,
    ILogger<RotationTriggers> logger)
{
    /// <summary>Of the first look after a start: by then the first flow has enrolled the key.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(30);

    /// <summary>Where the registry is asked for the key's age alone.</summary>
    private static readonly TimeSpan AgeLookEvery = TimeSpan.FromMinutes(5);

    private DateTimeOffset? _nextLook;
    private string? _lastFailure;

    private RotationOptions Settings => options.Value.Rotation;

    private TimeSpan LookEvery => Settings.LookEvery > TimeSpan.Zero ? Settings.LookEvery : AgeLookEvery;

    private bool IsLooking => Settings.LookEvery > TimeSpan.Zero || (Settings.Every > TimeSpan.Zero && ring.State.Current.CreatedAt is null);

    /// <returns>The cause, for people; null when there is none.</returns>
    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        if (request.IsThere)
        {
            return "asked for by command";
        }

        _nextLook ??= time.GetUtcNow() + (FirstLook < LookEvery ? FirstLook : LookEvery);
        var wish = IsLooking && time.GetUtcNow() >= _nextLook ? await LookAsync(cancellationToken) : null;
        return wish ?? FindAge();
    }

    /// <summary>When it is worth asking again; a request is noticed earlier.</summary>
    public TimeSpan UntilNext()
    {
        var next = IsLooking && _nextLook is { } look ? look - time.GetUtcNow() : RotationOptions.MostLookEvery;
        if (Settings.Every > TimeSpan.Zero && ring.State.Current.CreatedAt is { } createdAt)
        {
            var due = createdAt + Settings.Every - time.GetUtcNow();
            next = due < next ? due : next;
        }

        return next > TimeSpan.Zero ? next : TimeSpan.FromSeconds(1);
    }

    private string? FindAge() =>
        Settings.Every > TimeSpan.Zero
        && ring.State.Current.CreatedAt is { } createdAt
        && time.GetUtcNow() - createdAt is var age
        && age >= Settings.Every
            ? $"the key is {age:d\\.hh\\:mm} (days.hours:minutes) old, and PartnerClient:Rotation:Every is {Settings.Every:c}"
            : null;

    /// <summary>A registry that is away changes nothing: no rotation is under way, and the flow says what it is about.</summary>
    private async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        _nextLook = time.GetUtcNow() + LookEvery;
        using var activity = Instruments.Source.StartActivity("look for rotation request");
        if ((await ListAsync(cancellationToken)).IsFailure(out var failure, out var keys))
        {
            tokens.Forget();
            Tell(failure);
            return null;
        }

        _lastFailure = null;
        if (keys.FirstOrDefault(key => key.Kid == ring.State.Current.Kid) is not { } current)
        {
            return null;
        }

        ring.Learn(current.CreatedAt);
        return current switch
        {
            { RotationRequestedAt: not null } => $"the registry's operator asks for it: {ForeignText.Shown(current.RotationReason)?.TrimEnd('.') ?? "no reason given"}",
            { IsRetiring: true } => "the registry lets the present key go",
            _ => null,
        };
    }

    private async Task<Outcome<IReadOnlyList<RegistryKey>>> ListAsync(CancellationToken cancellationToken) =>
        (await tokens.GetAsync(ring.Key, cancellationToken)).IsFailure(out var failure, out var token)
            ? failure
            : await registry.ListAsync(token, cancellationToken);

    private void Tell(FlowFailure failure)
    {
        if (_lastFailure != failure.Code)
        {
            _lastFailure = failure.Code;
            Log.NotLooked(logger, failure.Code, failure.Message, failure.WhatToDo);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "Whether the registry's operator wants the key rotated is not known: {Code}. {Message} {WhatToDo}")]
        public static partial void NotLooked(ILogger logger, string code, string message, string whatToDo);
    }
}
