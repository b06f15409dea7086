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
    // Of struct statx (statx(2)).
    private const uint GroupField = 0x10;
    private const int GroupOffset = 24;

    /// <summary>Whether this process is in the group of the file. False where that cannot be told.</summary>
    public static bool AreOurs(SafeFileHandle file) =>
        FileOwner.Read(file, GroupField, GroupOffset) is { } group && (group == EffectiveGroup() || Supplementary().Contains(group));

    private static uint[] Supplementary()
    {
        var count = Groups(0, null);
        var groups = new uint[Math.Max(0, count)];
        return Groups(groups.Length, groups) == groups.Length ? groups : [];
    }

    [DllImport("libc", EntryPoint = "getegid")]
    private static extern uint EffectiveGroup();

    [DllImport("libc", EntryPoint = "getgroups")]
    private static extern int Groups(int size, [Out] uint[]? groups);
}
