using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>
/// One PKCS#11 library, with all who use it in this process. A library is one for the whole process, and so is its end: who finalizes it ends
/// everybody's sessions. So that happens between the uses and never under one, and when the process ends.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Each lives as long as the process.")]
internal sealed class TokenModule
{
    /// <summary>A use takes milliseconds to a second: who waits for longer waits for a token that hangs.</summary>
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(10);

    private static readonly ConcurrentDictionary<string, TokenModule> Modules = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly Lock _loading = new();

    /// <summary>Uses share it; a reload has it alone. Recursive, because a use may be part of another one.</summary>
    private readonly ReaderWriterLockSlim _turns = new(LockRecursionPolicy.SupportsRecursion);

    private IPkcs11Library? _library;

    private TokenModule(string path) => _path = path;

    /// <summary>Two names of one file are one module.</summary>
    public static TokenModule At(string path) => Modules.GetOrAdd(RealPath(path), static (_, name) => new TokenModule(name), path);

    /// <summary>Has the library stay what it is until the work is done; loads it first where nobody has.</summary>
    /// <exception cref="TokenException">The library is missing or cannot be used, or a reload hangs.</exception>
    public T Use<T>(TokenFaults faults, Func<IPkcs11Library, T> work)
    {
        if (!_turns.TryEnterReadLock(TurnLimit))
        {
            throw faults.ReloadHangs(TurnLimit);
        }

        try
        {
            return work(Load(faults));
        }
        finally
        {
            _turns.ExitReadLock();
        }
    }

    /// <summary>The same for the end of a use: where no library is loaded, or it hangs, nothing is left to end.</summary>
    public void UseIfLoaded(Action<IPkcs11Library> work)
    {
        if (!_turns.TryEnterReadLock(TurnLimit))
        {
            return;
        }

        try
        {
            if (_library is { } library)
            {
                work(library);
            }
        }
        finally
        {
            _turns.ExitReadLock();
        }
    }

    /// <summary>
    /// Ends the library and begins it anew, because some read a token's objects once and never again. Waits for all that is under way; what comes
    /// meanwhile waits, and then opens sessions of its own.
    /// </summary>
    /// <exception cref="TokenException">It cannot be used any more, or somebody in it does not come back.</exception>
    public void Reload(TokenFaults faults)
    {
        if (!_turns.TryEnterWriteLock(TurnLimit))
        {
            throw faults.Busy(TurnLimit);
        }

        try
        {
            _library?.Dispose();
            _library = null;
            Load(faults);
        }
        finally
        {
            _turns.ExitWriteLock();
        }
    }

    private IPkcs11Library Load(TokenFaults faults)
    {
        lock (_loading)
        {
            if (_library is null)
            {
                _library = TokenLibrary.Load(_path, faults);

                // A reload ends the library, but leaves its code in memory: threads of what it has loaded may still run in it.
                _ = NativeLibrary.TryLoad(_path, out _);
            }

            return _library;
        }
    }

    private static string RealPath(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
