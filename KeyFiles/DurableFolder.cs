using System.Runtime.InteropServices;
using System.Text;

namespace B2BAssertions.KeyFiles;

/// <summary>
/// What a folder lists, kept through a loss of power: a file that was flushed is still lost when its name was not. The platform's own
/// API opens no folders.
/// </summary>
public static class DurableFolder
{
    private const int ReadOnly = 0;
    private const int NoSuchOrder = 22;

    /// <summary>Waits until the names in the folder are on disk. Windows writes them with the file.</summary>
    /// <exception cref="IOException">The system says that it cannot.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenFolder(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (descriptor < 0)
        {
            throw Failed(folder);
        }

        try
        {
            // Some file systems, such as network mounts, know no such order: EINVAL. There is nothing else to do for them.
            if (Synchronize(descriptor) != 0 && Marshal.GetLastPInvokeError() != NoSuchOrder)
            {
                throw Failed(folder);
            }
        }
        finally
        {
            _ = CloseFolder(descriptor);
        }
    }

    private static IOException Failed(string folder) =>
        new($"The folder '{folder}' cannot be written to disk: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenFolder(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int CloseFolder(int descriptor);
}
