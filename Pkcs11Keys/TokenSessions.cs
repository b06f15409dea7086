using System.Collections.Concurrent;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>
/// A bounded pool of sessions. One that was lost, because the token was pulled out or all sessions were closed, is replaced by a new one
/// with a new login, once for each use; what fails then is told.
/// </summary>
internal sealed class TokenSessions(TokenSettings settings, TokenFaults faults) : IDisposable
{
    /// <summary>A signature takes milliseconds to a second: who waits for longer waits for a token that hangs.</summary>
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turns = new(settings.MaxSessions);
    private readonly ConcurrentStack<TokenSession> _idle = [];
    private readonly TokenLogin _login = new(settings, faults);
    private readonly TokenModule _module = TokenModule.At(settings.Library);

    /// <summary>Sessions that are open and not in use.</summary>
    public int Idle => _idle.Count;

    /// <summary>Reading and signing.</summary>
    /// <exception cref="TokenException">The token does not do it.</exception>
    public T Use<T>(Func<TokenSession, T> work) => InTurn(library =>
    {
        try
        {
            return UseSession(TakeIdle(library) ?? Open(library, SessionType.ReadOnly), work);
        }
        catch (Pkcs11Exception exception) when (IsLost(exception))
        {
            // What is idle may be as lost as this one. Those in use find out themselves, and may be laid back meanwhile: so a new one.
            DropIdle(library, haveEnded: IsTokenGone(exception));
            return UseSession(Open(library, SessionType.ReadOnly), work);
        }
    });

    /// <summary>Changes, which need a session of another kind; rare, so it is not kept.</summary>
    /// <exception cref="TokenException">The token does not do it.</exception>
    public T Change<T>(Func<TokenSession, T> work) => InTurn(library =>
    {
        // A session more than the settings allow may be one more than the token has.
        TakeIdle(library)?.Dispose();
        using var session = Open(library, SessionType.ReadWrite);
        return work(session);
    });

    /// <summary>What the token offers.</summary>
    public bool Offers(CKM mechanism, Func<IMechanismFlags, bool> use) => InTurn(library =>
    {
        var slot = FindSlot(library);
        return slot.GetMechanismList().Contains(mechanism) && use(slot.GetMechanismInfo(mechanism).MechanismFlags);
    });

    /// <summary>Of the keys that the token makes, in bits.</summary>
    public (ulong Least, ulong Most) KeySizes(CKM generation) => InTurn(library =>
    {
        var info = FindSlot(library).GetMechanismInfo(generation);
        return (info.MinKeySize, info.MaxKeySize);
    });

    /// <summary>Has the library look at the token anew; see <see cref="TokenModule.Reload"/>.</summary>
    /// <exception cref="TokenException">It does not.</exception>
    public void Reload() => _module.Reload(faults);

    public void Dispose()
    {
        _module.UseIfLoaded(library => DropIdle(library, haveEnded: false));
        _turns.Dispose();
    }

    private static bool IsLost(Pkcs11Exception exception) => HasEnded(exception) || exception.RV
        is CKR.CKR_USER_NOT_LOGGED_IN or CKR.CKR_DEVICE_ERROR
        or CKR.CKR_KEY_HANDLE_INVALID or CKR.CKR_OBJECT_HANDLE_INVALID;

    /// <summary>The session that failed is no more. Others may live, and would stay open in the token if they were forgotten.</summary>
    private static bool HasEnded(Pkcs11Exception exception) =>
        IsTokenGone(exception) || exception.RV is CKR.CKR_SESSION_HANDLE_INVALID or CKR.CKR_SESSION_CLOSED;

    /// <summary>All sessions ended with it (PKCS#11 v2.40 §2.1.6).</summary>
    private static bool IsTokenGone(Pkcs11Exception exception) => exception.RV is CKR.CKR_DEVICE_REMOVED or CKR.CKR_TOKEN_NOT_PRESENT;

    private T InTurn<T>(Func<IPkcs11Library, T> work)
    {
        if (!_turns.Wait(TurnLimit))
        {
            throw faults.Busy(TurnLimit);
        }

        try
        {
            return _module.Use(faults, work);
        }
        catch (Pkcs11Exception exception)
        {
            throw faults.Failed(exception);
        }
        finally
        {
            _turns.Release();
        }
    }

    private T UseSession<T>(TokenSession session, Func<TokenSession, T> work)
    {
        try
        {
            var result = work(session);
            _idle.Push(session);
            return result;
        }
        catch (Exception exception)
        {
            if (exception is Pkcs11Exception failure && HasEnded(failure))
            {
                session.Forget();
            }

            // An operation that failed may still be active in it.
            session.Dispose();
            throw;
        }
    }

    /// <summary>Null when there is none: those of a library that has been ended since are no more.</summary>
    private TokenSession? TakeIdle(IPkcs11Library library)
    {
        while (_idle.TryPop(out var session))
        {
            if (ReferenceEquals(session.Library, library))
            {
                return session;
            }

            session.Forget();
        }

        return null;
    }

    private TokenSession Open(IPkcs11Library library, SessionType type)
    {
        var slot = FindSlot(library);
        var session = new TokenSession(slot.OpenSession(type), library);
        try
        {
            _login.Ensure(session.Cryptoki, slot);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private ISlot FindSlot(IPkcs11Library library) =>
        new TokenSlots(settings, faults).Find(library.GetSlotList(SlotsType.WithTokenPresent));

    private void DropIdle(IPkcs11Library library, bool haveEnded)
    {
        while (TakeIdle(library) is { } session)
        {
            if (haveEnded)
            {
                session.Forget();
            }

            session.Dispose();
        }
    }
}
