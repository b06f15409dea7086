using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

using B2BAssertions.Pkcs11Keys;

namespace B2BAssertions.IntegrationTests.Hosting.Tokens;

/// <summary>
/// SoftHSM (Debian: softhsm2), the token in software: a store of its own for this test process, made when the first test needs it and gone
/// with the process.
/// </summary>
internal static class SoftHsm
{
    private static readonly string[] Places =
    [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    ];

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"b2bassertions-softhsm-{Guid.NewGuid():N}");
    private static readonly Lock Turn = new();

    public static string? Library { get; } = Places.FirstOrDefault(File.Exists);

    private static string Configuration => Path.Combine(Folder, "softhsm2.conf");

    /// <summary>A token of the calling test's own.</summary>
    public static SoftHsmToken NewToken()
    {
        if (Library is null)
        {
            Refuse();
        }

        lock (Turn)
        {
            Prepare();
            var token = new SoftHsmToken($"token-{Guid.NewGuid():N}"[..20], Path.Combine(Folder, $"pin-{Guid.NewGuid():N}"));
            return TokenModule.At(Library).Use(new TokenFaults(token.Settings), library =>
            {
                token.Initialize(library);
                return token;
            });
        }
    }

    /// <summary>
    /// The library reads the C environment, which .NET's own copy does not change. Set before anything runs: setting it is not safe beside
    /// threads that read it.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The tests are an application, and nothing else can run first.")]
    internal static void NameConfiguration()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetEnvironment(Encoding.UTF8.GetBytes("SOFTHSM2_CONF\0"), Encoding.UTF8.GetBytes($"{Configuration}\0"), overwrite: 1);
        }
    }

    [DoesNotReturn]
    private static void Refuse() => Demanded.Refuse("softhsm", "SoftHSM", $"no library at {string.Join(", ", Places)}");

    private static void Prepare()
    {
        if (Directory.Exists(Folder))
        {
            return;
        }

        var tokens = Directory.CreateDirectory(Path.Combine(Folder, "tokens")).FullName;
        File.WriteAllText(Configuration, $"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironment(byte[] name, byte[] value, int overwrite);
}
