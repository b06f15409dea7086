namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>The settings <c>PartnerClient:Pkcs11:...</c>.</summary>
internal sealed class Pkcs11Options
{
    /// <summary>The vendor's PKCS#11 library, such as <c>/usr/lib/softhsm/libsofthsm2.so</c>. Absolute, so that no search path decides. Required.</summary>
    public string Library { get; set; } = "";

    /// <summary>The label of the token. Required.</summary>
    public string TokenLabel { get; set; } = "";

    /// <summary>The label of the key in the token; default <c>partner-key</c>.</summary>
    public string KeyLabel { get; set; } = "partner-key";

    /// <summary>File whose first line is the user PIN; mode 0600. A name that is not absolute is taken from the data directory. Required.</summary>
    public string PinFile { get; set; } = "";

    /// <summary>How many signatures are made at once, each in a session of its own; default 8, 1 to 64.</summary>
    public int MaxSessions { get; set; } = 8;
}
