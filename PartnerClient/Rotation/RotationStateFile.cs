using System.Text.Json;

using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>The state as a file of the data directory.</summary>
internal sealed class RotationStateFile(DataDirectory directory) : IRotationStateStore
{
    public const string FileName = "rotation.json";

    private readonly string _path = directory.FileNamed(FileName);

    public RotationState? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<RotationState>(File.ReadAllBytes(_path), RotationState.JsonOptions) is { } state && IsWhole(state)
                ? state
                : throw Fault("says nothing that can be used");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Fault($"cannot be read ({exception.Message})", exception);
        }
    }

    public void Write(RotationState state)
    {
        OwnerOnlyFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(state, RotationState.JsonOptions));

        // The rename, too, has to survive a loss of power: what is done next at the registry cannot be undone.
        DurableFolder.Flush(directory.Path);
    }

    /// <summary>Each phase with the keys that it is about.</summary>
    private static bool IsWhole(RotationState state) => state.Phase switch
    {
        RotationPhase.None => state.Current.Kid is not null,
        RotationPhase.Begun => state is { Next: not null, Current.Kid: not null },
        RotationPhase.Generated or RotationPhase.Pending => state is { Next.Kid: not null, Current.Kid: not null },
        _ => state is { Previous.Kid: not null, Current.Kid: not null },
    };

    private StartupException Fault(string what, Exception? exception = null) => new(
        $"'{_path}' {what}: it says which key signs. Restore it from a copy. Without a copy: find out by 'keys list' at the registry which "
        + "of the key files is active, move the others away, and delete it.",
        exception);
}
