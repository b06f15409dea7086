using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient;

/// <summary>Files that only their owner may read, written so that a crash leaves the old file or the new one, never half of one.</summary>
internal static class OwnerOnlyFile
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OwnerAlone = OwnerReadWrite | UnixFileMode.UserExecute;

    /// <summary>Where a file of the settings lies: a relative name is taken from the data directory.</summary>
    public static string Locate(DataDirectory directory, string name) => Path.GetFullPath(name, directory.Path);

    /// <summary>Makes the file; false when it is already there, which is left as it is.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            Write(path, content, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    public static void Replace(string path, ReadOnlySpan<byte> content) => Write(path, content, overwrite: true);

    /// <summary>Whether group or others have any right to the open file; always false on Windows, whose rights are inherited.</summary>
    public static bool IsOpenToOthers(FileStream file) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & ~OwnerAlone) != 0;

    private static void Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                // From the first moment: a mode set afterwards would leave a gap in which others can open the file.
                options.UnixCreateMode = OwnerReadWrite;
            }

            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            // Without overwrite this links the name, which fails when it is taken, so two first starts at once make one file.
            File.Move(temporary, path, overwrite);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
