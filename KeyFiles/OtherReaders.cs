using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace B2BAssertions.KeyFiles;

/// <summary>Who can open a file beside its owner, by its mode; Windows has none, where rights are inherited.</summary>
public enum OtherReaders
{
    None,

    /// <summary>A group that this process is in may read it and nothing else: so Kubernetes mounts secrets (fsGroup), owned by root.</summary>
    OwnGroup,

    /// <summary>Everybody, a group that this process is not in, or a group that may change it.</summary>
    Others,
}

/// <summary>Asks the system what the platform's own API does not tell: the group of a file, and the groups of this process.</summary>
internal static class FileGroups
{
    private const int EmptyPath = 0x1000;
    private const uint GroupField = 0x10;

    /// <summary>struct statx has the same layout on every processor (statx(2)).</summary>
    private const int StatLength = 256;
    private const int GroupOffset = 24;

    /// <summary>Whether this process is in the group of the file. False where that cannot be told.</summary>
    public static bool AreOurs(SafeFileHandle file) =>
        OperatingSystem.IsLinux() && GroupOf(file) is { } group && (group == EffectiveGroup() || Supplementary().Contains(group));

    private static uint? GroupOf(SafeFileHandle file)
    {
        var stat = new byte[StatLength];
        return Stat(file, [0], EmptyPath, GroupField, stat) == 0 ? BitConverter.ToUInt32(stat, GroupOffset) : null;
    }

    private static uint[] Supplementary()
    {
        var count = Groups(0, null);
        var groups = new uint[Math.Max(0, count)];
        return Groups(groups.Length, groups) == groups.Length ? groups : [];
    }

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Stat(SafeFileHandle folder, byte[] path, int flags, uint fields, byte[] stat);

    [DllImport("libc", EntryPoint = "getegid")]
    private static extern uint EffectiveGroup();

    [DllImport("libc", EntryPoint = "getgroups")]
    private static extern int Groups(int size, [Out] uint[]? groups);
}
