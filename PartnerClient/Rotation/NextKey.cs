using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.KeyPair;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>The key that is made and does not sign yet: what becomes of it when it cannot be used.</summary>
internal sealed partial class NextKey(KeyRing ring, IKeyStore store, RotationArchive archive, ILogger<NextKey> logger)
{
    /// <summary>The next key is of no use at the registry any more: it is put away, and another is made after the back-off.</summary>
    public RotationStep Discard(string state)
    {
        var next = ring.State.Next!;
        if (archive.Keep(next, "discarded", out var archived) is { } failure)
        {
            return RotationStep.Failed(failure);
        }

        ring.Save(ring.State with
        {
            Phase = RotationPhase.Begun,
            Next = new HeldKey(next.Name),
            ActivatesAt = null,
            PublishedEverywhereAt = null,
            Archived = archived,
        });
        return RotationStep.Failed(RotationFailures.NotUsable(next.Kid!, state));
    }

    /// <summary>The key that the state names; null when it is not there, or is another.</summary>
    public SigningKey? Open()
    {
        var next = ring.State.Next!;
        if (!store.Exists(next.Name))
        {
            return null;
        }

        var key = store.Open(next.Name);
        if (key.Kid == next.Kid)
        {
            return key;
        }

        key.Dispose();
        return null;
    }

    public RotationStep BeginAnew()
    {
        var next = ring.State.Next!;
        Log.NextMissing(logger, next.Kid!, store.Describe(next.Name));
        ring.Save(ring.State with
        {
            Phase = RotationPhase.Begun,
            Next = new HeldKey(next.Name),
            ActivatesAt = null,
            PublishedEverywhereAt = null,
        });
        return RotationStep.Moved;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Rotation: the next key {Kid} is not in '{Key}' any more. Another one is made.")]
        public static partial void NextMissing(ILogger logger, string kid, string key);
    }
}
