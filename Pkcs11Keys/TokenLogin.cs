using System.Globalization;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>
/// The login to a token, which all sessions of a process share. A wrong PIN is tried once and never again: each try counts towards the
/// token's lock.
/// </summary>
internal sealed class TokenLogin(TokenSettings settings, TokenFaults faults)
{
    private readonly Lock _turn = new();
    private bool _isRefused;

    /// <summary>Logs in if nobody in this process has, or if the login ended with the last session.</summary>
    /// <exception cref="TokenException">The PIN cannot be read, is wrong or locked.</exception>
    public void Ensure(ISession session, ISlot slot)
    {
        lock (_turn)
        {
            if (session.GetSessionInfo().State is CKS.CKS_RO_USER_FUNCTIONS or CKS.CKS_RW_USER_FUNCTIONS)
            {
                return;
            }

            if (_isRefused)
            {
                throw faults.PinWrong();
            }

            // A service that is started again and again by its platform would lock the token with one wrong file.
            var flags = slot.GetTokenInfo().TokenFlags;
            if (Refusal(flags.Flags) is { } refusal)
            {
                throw refusal;
            }

            if (ReadMark() is { Length: > 0 } mark && mark == Stamp())
            {
                throw faults.PinRefusedBefore();
            }

            LogIn(session, ReadPin());
        }
    }

    /// <summary>Which file, and when it was written; never a part of the PIN.</summary>
    private string Stamp() =>
        string.Create(CultureInfo.InvariantCulture, $"{settings.PinFile} {File.GetLastWriteTimeUtc(settings.PinFile).Ticks}");

    private string? ReadMark() => settings.RefusedPinMark is { } mark && File.Exists(mark) ? File.ReadAllText(mark) : null;

    /// <summary>Where it cannot be kept, the next start tries once more.</summary>
    private void Mark(bool isRefused)
    {
        try
        {
            if (settings.RefusedPinMark is { } mark && isRefused)
            {
                File.WriteAllText(mark, Stamp());
            }
            else if (settings.RefusedPinMark is { } old && File.Exists(old))
            {
                File.Delete(old);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }

    /// <summary>Why these flags of a token (PKCS#11 v2.40 §3.2) forbid a login; null when they do not.</summary>
    internal TokenException? Refusal(ulong flags) => flags switch
    {
        _ when (flags & CKF.CKF_USER_PIN_LOCKED) != 0 => faults.PinLocked(),
        _ when (flags & CKF.CKF_USER_PIN_FINAL_TRY) != 0 => faults.LastTry(),
        _ when (flags & CKF.CKF_USER_PIN_INITIALIZED) == 0 => faults.PinMissing(),
        _ => null,
    };

    private void LogIn(ISession session, string pin)
    {
        try
        {
            session.Login(CKU.CKU_USER, pin);
            Mark(isRefused: false);
        }
        catch (Pkcs11Exception exception) when (exception.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another user of the token in this process was faster.
        }
        catch (Pkcs11Exception exception) when (exception.RV == CKR.CKR_PIN_LOCKED)
        {
            _isRefused = true;
            throw faults.PinLocked(exception);
        }
        catch (Pkcs11Exception exception) when (
            exception.RV is CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE or CKR.CKR_PIN_EXPIRED)
        {
            _isRefused = true;
            Mark(isRefused: true);
            throw faults.PinWrong(exception);
        }
    }

    private string ReadPin()
    {
        try
        {
            using var reader = new StreamReader(settings.PinFile);
            return reader.ReadLine()?.Trim() is { Length: > 0 } pin ? pin : throw faults.PinEmpty();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw faults.PinUnreadable(exception);
        }
    }
}
