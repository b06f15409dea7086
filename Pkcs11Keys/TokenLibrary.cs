using System.Runtime.InteropServices;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>Loads PKCS#11 libraries; <see cref="TokenModule"/> does so once for each.</summary>
internal static class TokenLibrary
{
    public static readonly Pkcs11InteropFactories Factories = new();

    static TokenLibrary() => MapLoader();

    /// <exception cref="TokenException">It is missing or cannot be used.</exception>
    public static IPkcs11Library Load(string path, TokenFaults faults)
    {
        if (!File.Exists(path))
        {
            throw faults.LibraryMissing();
        }

        try
        {
            return Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, path, AppType.MultiThreaded);
        }
        catch (Exception exception) when (exception is UnmanagedException or Pkcs11Exception or LibraryArchitectureException or DllNotFoundException)
        {
            throw faults.LibraryUnusable(exception);
        }
    }

    /// <summary>
    /// The binding asks for <c>libdl</c>, which on Linux is a name for compilers alone: machines that run programs have <c>libdl.so.2</c>, and
    /// musl has it all in its C library.
    /// </summary>
    private static void MapLoader()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            NativeLibrary.SetDllImportResolver(typeof(Pkcs11Exception).Assembly, static (name, _, _) =>
                name == "libdl" && (NativeLibrary.TryLoad("libdl.so.2", out var loader) || NativeLibrary.TryLoad("libc", out loader))
                    ? loader
                    : IntPtr.Zero);
        }
        catch (InvalidOperationException)
        {
            // The application has a resolver of its own for the binding.
        }
    }
}
