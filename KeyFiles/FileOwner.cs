using System.Runtime.InteropServices;
using System.Text;

namespace B2BAssertions.KeyFiles;

/// <summary>Whose a file or folder is, which the platform's own API does not tell. Asked of Linux alone.</summary>
public static class FileOwner
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint OwnerField = 0x8;
    private const uint Root = 0;

    /// <summary>struct statx has the same layout on every processor (statx(2)).</summary>
    private const int StatLength = 256;
    private const int OwnerOffset = 20;

    /// <summary>
    /// The user id of an owner who is neither this process's user nor root, and so may exchange the open file; null for others, and where it
    /// cannot be told.
    /// </summary>
    public static uint? StrangerOf(FileStream file) => Stranger(Read(file.SafeFileHandle, OwnerField, OwnerOffset));

    /// <summary>Likewise of the file or folder at this path; of a symbolic link, where it leads.</summary>
    public static uint? StrangerOf(string path) =>
        Stranger(Read(stat => StatPath(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), flags: 0, OwnerField, stat), OwnerOffset));

    /// <param name="field">Mask of the field of struct statx.</param>
    /// <returns>Null where it cannot be told.</returns>
    internal static uint? Read(SafeHandle file, uint field, int offset) => Read(stat => StatFile(file, [0], EmptyPath, field, stat), offset);

    private static uint? Stranger(uint? owner) => owner is not null and not Root && owner != EffectiveUser() ? owner : null;

    private static uint? Read(Func<byte[], int> fill, int offset)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var stat = new byte[StatLength];
            return fill(stat) == 0 ? BitConverter.ToUInt32(stat, offset) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than the call.
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int StatFile(SafeHandle file, byte[] path, int flags, uint fields, byte[] stat);

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int StatPath(int folder, byte[] path, int flags, uint fields, byte[] stat);

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint EffectiveUser();
}
