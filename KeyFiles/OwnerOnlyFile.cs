namespace B2BAssertions.KeyFiles;

/// <summary>Files that only their owner may read. A crash leaves the old file or the new one, never half of one.</summary>
public static class OwnerOnlyFile
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerAlone = OwnerReadWrite | UnixFileMode.UserExecute;

    // The codes of an IOException that means: another has the file open. ERROR_SHARING_VIOLATION, and EWOULDBLOCK twice.
    private const int HeldOnWindows = unchecked((int)0x80070020);
    private const int HeldOnLinux = 11;
    private const int HeldOnMacOS = 35;

    /// <summary>Writing a small file takes milliseconds: who holds the right to it for longer hangs.</summary>
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Makes the file, whole from the moment it is there. Of several processes that try at once one makes it, and all find it made.
    /// </summary>
    /// <returns>False when it was already there; it is left as it is.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        if (File.Exists(path))
        {
            return false;
        }

        // A rename that replaces nothing is no atomic operation on Unix, so check and rename happen under a lock.
        var lockFile = $"{path}.creating";
        bool created;
        using (TakeTurn(lockFile))
        {
            created = !File.Exists(path);
            if (created)
            {
                Replace(path, content);
            }
        }

        DeleteIfUnused(lockFile);
        return created;
    }

    /// <summary>Writes the file anew: readers see the old one or the new one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = OpenAlone(temporary, FileMode.CreateNew))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Opens a file that nobody else can open meanwhile; the system gives it back however the process ends.</summary>
    /// <exception cref="IOException">It cannot be opened; <see cref="IsHeldByAnother"/> tells whether somebody else has it.</exception>
    public static FileStream OpenAlone(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            // From the first moment: a mode set afterwards would leave a gap in which others can open the file.
            options.UnixCreateMode = OwnerReadWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Whether a file could not be opened only because somebody else has it open alone.</summary>
    public static bool IsHeldByAnother(IOException exception) => exception.HResult is HeldOnWindows or HeldOnLinux or HeldOnMacOS;

    /// <summary>Whether group or others have any right to the open file; always false on Windows, whose rights are inherited.</summary>
    public static bool IsOpenToOthers(FileStream file) => ReadersOf(file) != OtherReaders.None;

    public static OtherReaders ReadersOf(FileStream file)
    {
        if (OperatingSystem.IsWindows())
        {
            return OtherReaders.None;
        }

        return (File.GetUnixFileMode(file.SafeFileHandle) & ~OwnerAlone) switch
        {
            UnixFileMode.None => OtherReaders.None,
            UnixFileMode.GroupRead when FileGroups.AreOurs(file.SafeFileHandle) => OtherReaders.OwnGroup,
            _ => OtherReaders.Others,
        };
    }

    private static FileStream TakeTurn(string lockFile)
    {
        FileStream? turn = null;
        return SpinWait.SpinUntil(() => (turn = TryTakeTurn(lockFile)) is not null, TurnLimit)
            ? turn!
            : throw new IOException($"Another process has held '{lockFile}' for {TurnLimit.TotalSeconds:0} seconds");
    }

    private static FileStream? TryTakeTurn(string lockFile)
    {
        try
        {
            return OpenAlone(lockFile, FileMode.OpenOrCreate);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            return null;
        }
    }

    /// <summary>
    /// Called when the file itself is there, so that whoever still takes a turn, on this lock file or on a new one, finds it and writes
    /// nothing. After a failed or killed attempt the empty lock file stays, and means nothing.
    /// </summary>
    private static void DeleteIfUnused(string lockFile)
    {
        try
        {
            File.Delete(lockFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // On Windows the next one has it open: that one deletes it.
        }
    }
}
