using System.Runtime.InteropServices;
using System.Text;

using Xunit;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Files and folders of another user, which root alone can make.</summary>
internal static class ForeignFile
{
    /// <summary>The user id of nobody in particular.</summary>
    public const uint Stranger = 54321;

    private const uint SameGroup = uint.MaxValue;

    public static void GiveAway(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can give a file away.");
        Assert.Equal(0, ChangeOwner(Encoding.UTF8.GetBytes(path + '\0'), Stranger, SameGroup));
    }

    [DllImport("libc", EntryPoint = "chown")]
    private static extern int ChangeOwner(byte[] path, uint owner, uint group);
}
