using B2BAssertions.Pkcs11Keys;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.IntegrationTests.Hosting.Tokens;

/// <summary>A token with a user PIN, and what its owner can do to it behind the back of the code under test.</summary>
internal sealed class SoftHsmToken(string label, string pinFile)
{
    public const string Pin = "pin-of-the-tests-4711";
    private const string OfficersPin = "officers-pin-0815";

    private IPkcs11Library? _library;

    public string Label => label;

    public string PinFile => pinFile;

    public TokenSettings Settings => new()
    {
        Section = "Some:Section",
        Library = SoftHsm.Library!,
        TokenLabel = label,
        PinFile = pinFile,
        MaxSessions = 4,
    };

    public ISlot Slot => _library!.GetSlotList(SlotsType.WithTokenPresent).Single(slot => slot.GetTokenInfo().Label == label);

    /// <summary>Whether this process is: a login is for all of its sessions, and ends with the last.</summary>
    public bool IsLoggedIn
    {
        get
        {
            using var session = Slot.OpenSession(SessionType.ReadOnly);
            return session.GetSessionInfo().State == CKS.CKS_RO_USER_FUNCTIONS;
        }
    }

    public void WritePin(string pin) => File.WriteAllText(pinFile, $"{pin}\n");

    /// <summary>Takes the next empty slot: SoftHSM always has one.</summary>
    public void Initialize(IPkcs11Library library)
    {
        _library = library;
        var empty = library.GetSlotList(SlotsType.WithTokenPresent).Single(slot => !slot.GetTokenInfo().TokenFlags.TokenInitialized);
        empty.InitToken(OfficersPin, label);
        WritePin(Pin);
    }

    /// <summary>A token has no user PIN until its officer sets one.</summary>
    public SoftHsmToken WithPin()
    {
        using var session = Slot.OpenSession(SessionType.ReadWrite);
        session.Login(CKU.CKU_SO, OfficersPin);
        session.InitPin(Pin);
        session.Logout();
        return this;
    }

    /// <summary>What pulling the token out does, or another part of the process.</summary>
    public void CloseAllSessions() => Slot.CloseAllSessions();

    /// <summary>Ends the login of all sessions of this process, which stay open.</summary>
    public void LogOut()
    {
        using var session = Slot.OpenSession(SessionType.ReadOnly);
        session.Logout();
    }

    /// <summary>Does something with the token as its user; the login ends with it unless another session is open.</summary>
    public T As<T>(Func<ISession, T> work)
    {
        using var session = Slot.OpenSession(SessionType.ReadWrite);
        if (session.GetSessionInfo().State != CKS.CKS_RW_USER_FUNCTIONS)
        {
            session.Login(CKU.CKU_USER, Pin);
        }

        return work(session);
    }
}
