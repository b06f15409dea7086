using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.KeyPair;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>Former keys: kept under other names, so that nothing opens them by chance, and erased when the settings say so.</summary>
internal sealed partial class RotationArchive(
    KeyRing ring, IKeyStore store, IOptions<PartnerClientOptions> options, TimeProvider time, ILogger<RotationArchive> logger)
{
    /// <param name="key">The key to put away; it may have been put away before.</param>
    /// <param name="why">A word for its new name.</param>
    /// <param name="archived">The archive with it.</param>
    /// <returns>Null when it is there.</returns>
    public FlowFailure? Keep(HeldKey key, string why, out IReadOnlyList<ArchivedKey> archived)
    {
        var archivedAs = store.NameWith($"{why}-{key.Kid}");
        archived = [.. ring.State.Archived, new ArchivedKey(archivedAs, key.Kid!, time.GetUtcNow())];
        try
        {
            if (store.Exists(key.Name))
            {
                store.Archive(key.Name, archivedAs);
            }

            return null;
        }
        catch (StartupException exception)
        {
            return RotationFailures.NotArchived(exception.Message);
        }
    }

    /// <summary>Erases what has been kept for as long as the settings say.</summary>
    /// <returns>Null when nothing is left that should be gone.</returns>
    public FlowFailure? EraseOld()
    {
        if (options.Value.Rotation.EraseArchivedAfter is not { } keptFor
            || ring.State.Archived.Where(key => time.GetUtcNow() - key.ArchivedAt >= keptFor).ToList() is not { Count: > 0 } old)
        {
            return null;
        }

        try
        {
            foreach (var key in old)
            {
                store.Erase(key.Name);
                ring.Save(ring.State with { Archived = [.. ring.State.Archived.Where(kept => kept.Name != key.Name)] });
                Log.Erased(logger, key.Kid);
            }

            return null;
        }
        catch (StartupException exception)
        {
            return RotationFailures.NotArchived(exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Erased the former key {Kid}.")]
        public static partial void Erased(ILogger logger, string kid);
    }
}
