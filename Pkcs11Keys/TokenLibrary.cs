using System.Runtime.InteropServices;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>
/// PKCS#11 libraries, each loaded once. A library is one for the whole process, and so is its end: who finalizes it takes it from
/// everybody else. So none is finalized; the process's end does it.
/// </summary>
internal static class TokenLibrary
{
    public static readonly Pkcs11InteropFactories Factories = new();

    private static readonly Lock Turn = new();
    private static readonly Dictionary<string, IPkcs11Library> Loaded = [];

    static TokenLibrary() => MapLoader();

    /// <exception cref="TokenException">It is missing or cannot be used.</exception>
    public static IPkcs11Library Load(string path, TokenFaults faults)
    {
        lock (Turn)
        {
            if (!Loaded.TryGetValue(path, out var library))
            {
                Loaded[path] = library = LoadNow(path, faults);
            }

            return library;
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

    private static IPkcs11Library LoadNow(string path, TokenFaults faults)
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
}
