using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>A rotation that somebody on this machine asks the running worker for: an empty file in the data directory.</summary>
internal sealed class RotationRequestFile(DataDirectory directory)
{
    public const string FileName = "rotation.request";

    private string Path => directory.FileNamed(FileName);

    public bool IsThere => File.Exists(Path);

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Create() => OwnerOnlyFile.TryCreate(Path, []);

    public void Remove() => File.Delete(Path);
}
