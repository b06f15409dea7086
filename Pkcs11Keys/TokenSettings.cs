namespace B2BAssertions.Pkcs11Keys;

/// <summary>Which token, and how to use it.</summary>
public sealed record TokenSettings
{
    /// <summary>The section that these stand in, such as <c>PartnerClient:Pkcs11</c>: faults name the setting to change.</summary>
    public required string Section { get; init; }

    /// <summary>The vendor's PKCS#11 library; absolute, so that no search path decides what is loaded.</summary>
    public required string Library { get; init; }

    public required string TokenLabel { get; init; }

    /// <summary>The file whose first line is the user PIN. Absolute; read at each login.</summary>
    public required string PinFile { get; init; }

    /// <summary>
    /// The file that keeps, from one start to the next, that the token has refused this PIN file: a platform that starts a service again and
    /// again would lock a token that gives no warning, as a TPM does. Null for this process alone.
    /// </summary>
    public string? RefusedPinMark { get; init; }

    /// <summary>How many signatures are made at once, each in a session of its own; further ones wait their turn.</summary>
    public int MaxSessions { get; init; } = 8;
}
