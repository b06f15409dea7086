using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>One process at a time rotates the keys of a data directory; the others follow it.</summary>
internal sealed class RotationLock(DataDirectory directory, KeyRing ring) : IDisposable
{
    private const string FileName = "rotation.lock";

    private FileStream? _held;

    /// <summary>Whether this process has it; the system gives it back however the process ends.</summary>
    public bool TryTake()
    {
        if (_held is not null)
        {
            return true;
        }

        try
        {
            _held = OwnerOnlyFile.OpenAlone(directory.FileNamed(FileName), FileMode.OpenOrCreate);

            // Who had it before may have gone on since the keys were opened here.
            ring.TakeOver();
            return true;
        }
        catch (StartupException)
        {
            Dispose();
            return false;
        }
        catch (IOException exception) when (OwnerOnlyFile.IsHeldByAnother(exception))
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where no file can be opened no state can be written either: the rotation itself says so when there is one.
            return TryFollow();
        }
    }

    /// <summary>Another process of this folder may be able to write.</summary>
    private bool TryFollow()
    {
        try
        {
            ring.Follow();
            return true;
        }
        catch (StartupException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }
}
