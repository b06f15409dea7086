using B2BAssertions.Jose;

using Net.Pkcs11Interop.Common;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>What can be wrong with a token, each naming the setting to look at.</summary>
internal sealed class TokenFaults(TokenSettings settings)
{
    private const string WrongPinsLock =
        "It is not tried again: after a few wrong ones the token locks itself, until its security officer, or the end of a TPM's lockout, opens it.";

    private string Token => $"the token '{settings.TokenLabel}'";

    private string Settings => $"{settings.Section}: ";

    public TokenException LibraryMissing() => new(
        $"{Name(nameof(settings.Library))}: there is no file '{settings.Library}'. Install the token's PKCS#11 library, such as the package "
        + "softhsm2, and name it with its whole path.");

    public TokenException LibraryUnusable(Exception exception) => new(
        $"{Name(nameof(settings.Library))}: '{settings.Library}' cannot be used as a PKCS#11 library ({Describe(exception)}). "
        + (exception as Pkcs11Exception)?.RV switch
        {
            null => "Expected one for this machine's processor; what it needs for itself, such as a configuration file, must be readable by this user.",
            CKR.CKR_ARGUMENTS_BAD => "It wants parameters that programs do not pass, as NSS does: name p11-kit-proxy.so instead, and give the module "
                + "x-init-reserved in its p11-kit configuration.",
            _ => "What it needs for itself must be there and open to this user: its configuration, its store and its device or daemon. Of a TPM these "
                + "are the folder TPM2_PKCS11_STORE (made with tpm2_ptool init) and a resource manager (/dev/tpmrm0, or tpm2-abrmd).",
        },
        exception);

    public TokenException TokenAbsent(IReadOnlyCollection<string> present) => new(
        $"{Name(nameof(settings.TokenLabel))}: {Token} is not there. "
        + (present.Count == 0
            ? $"The library '{settings.Library}' shows no token at all: is the device connected, may this user use it?"
            : $"The library '{settings.Library}' shows: {string.Join(", ", present.Select(label => $"'{ForeignText.Shown(label)}'"))}."));

    public TokenException TokenAmbiguous(int count) => new(
        $"{Name(nameof(settings.TokenLabel))}: {count} tokens are labelled '{settings.TokenLabel}'. Give each a label of its own.");

    public TokenException PinUnreadable(Exception exception) => new(
        $"{Name(nameof(settings.PinFile))}: the PIN cannot be read from '{settings.PinFile}' ({exception.Message}).", exception);

    public TokenException PinEmpty() => new(
        $"{Name(nameof(settings.PinFile))}: the first line of '{settings.PinFile}' is empty: expected the user PIN of {Token}.");

    public TokenException PinWrong(Exception? exception = null) => new(
        $"{Name(nameof(settings.PinFile))}: {Token} refuses the PIN in '{settings.PinFile}'. {WrongPinsLock} Correct the file, then start again.",
        exception);

    public TokenException PinRefusedBefore() => new(
        $"{Name(nameof(settings.PinFile))}: {Token} has refused the PIN in '{settings.PinFile}' at an earlier start, and the file is the same. "
        + $"{WrongPinsLock} Correct the file; if it is the token's PIN that was changed, write the file anew.");

    public TokenException PinLocked(Exception? exception = null) => new(
        $"{Name(nameof(settings.PinFile))}: the user PIN of {Token} is locked after too many wrong ones, and the right one is refused as "
        + "well. A TPM opens again by itself after its lockout time, or with tpm2_dictionarylockout --clear-lockout; of another token the security "
        + "officer has to set a new PIN. Look in the log for who tried.",
        exception);

    public TokenException LastTry() => new(
        $"{Name(nameof(settings.PinFile))}: {Token} locks itself with the next wrong PIN, so the one in '{settings.PinFile}' is not tried. Log "
        + "in once with the right PIN by the vendor's tool, correct the file, then start again.");

    public TokenException PinMissing() => new(
        $"{Name(nameof(settings.TokenLabel))}: {Token} has no user PIN yet. Set one with the vendor's tool.");

    public TokenException KeyAbsent(string label) => new(
        $"{Settings}{Token} holds no private key labelled '{label}'. Check the label (a key is only seen after login), or have a key made.");

    public TokenException KeyAmbiguous(string label, int count) => new(
        $"{Settings}{Token} holds {count} private keys labelled '{label}': it is not guessed which is meant. Relabel all but one.");

    public TokenException KeyExists(string label) => new($"{Settings}{Token} already holds a key labelled '{label}': it is not replaced.");

    public TokenException KeyUnfit(string label, string why) => new($"{Settings}the key '{label}' in {Token} {why}.");

    public TokenException MechanismUnsupported(string mechanism, string algorithm) => new(
        $"{Settings}{Token} does not offer {mechanism}, which {algorithm} needs. Use another token, or another algorithm."
        + (mechanism == nameof(CKM.CKM_RSA_PKCS_PSS) ? " A token of tpm2-pkcs11 offers it when tpm2_ptool addtoken made it, and not C_InitToken." : ""));

    public TokenException KeySizeUnsupported(int bits, ulong least, ulong most) => new(
        $"{Settings}{Token} makes RSA keys of {least} to {most} bits, and RsaKeySize is {bits}. Set that to what the token makes.");

    public TokenException Busy(TimeSpan waited) => new(
        $"{Settings}{Token} had no session free for {waited.TotalSeconds:0} seconds: it hangs, or {Name(nameof(settings.MaxSessions))} is too low.");

    public TokenException ReloadHangs(TimeSpan waited) => new(
        $"{Settings}{Token} was not to be had for {waited.TotalSeconds:0} seconds: '{settings.Library}' was loaded anew, and hangs.");

    public TokenException Failed(Pkcs11Exception exception) => exception.RV switch
    {
        CKR.CKR_SESSION_COUNT => new TokenException(
            $"{Name(nameof(settings.MaxSessions))}: {Token} allows no more sessions than are open now. Set a lower number.", exception),
        CKR.CKR_TOKEN_WRITE_PROTECTED or CKR.CKR_ATTRIBUTE_READ_ONLY or CKR.CKR_ACTION_PROHIBITED => new TokenException(
            $"{Settings}{Token} does not allow this change ({Describe(exception)}). Make it with the vendor's tool.", exception),
        CKR.CKR_DEVICE_MEMORY => new TokenException($"{Settings}{Token} is full: remove keys that are no longer needed.", exception),
        _ => new TokenException(
            $"{Settings}{Token} failed ({Describe(exception)}). Check that it is connected and works, and of a TPM that a resource manager (/dev/tpmrm0, "
            + "or tpm2-abrmd) runs; its vendor's log may say more.",
            exception),
    };

    private static string Describe(Exception exception) =>
        exception is Pkcs11Exception failure ? $"{failure.Method}: {failure.RV}" : exception.Message;

    private string Name(string setting) => $"{settings.Section}:{setting}";
}
