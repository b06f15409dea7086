namespace B2BAssertions.Jose;

/// <summary>Why a JWK or JWK Set was refused: a stable code of docs/errors.md and a sentence that says what to do.</summary>
public sealed record JwkFault(string Code, string Message)
{
    public static JwkFault Malformed(string what) => new("jwk_malformed", $"The JWK {what}.");

    public static JwkFault PrivateMember(string name) => new(
        "jwk_private",
        $"The JWK holds the private member '{name}'. Send the public key alone, and treat this private key as compromised: make a new one.");

    public static JwkFault UnsupportedKeyType(string keyType) => new(
        "jwk_unsupported_key_type",
        $"The key type '{ForeignText.Shown(keyType)}' is not accepted: send an RSA key of 2048 to 4096 bits or an EC key on P-256.");

    public static JwkFault Weak(string why) => new("jwk_weak", $"The key is too weak: {why}.");

    public static JwkFault TooLarge(string why) => new("jwk_too_large", $"The key is too large: {why}.");

    public static JwkFault WrongAlgorithm(string algorithm, SigningAlgorithm expected) => new(
        "jwk_wrong_algorithm",
        $"The JWK names the alg '{ForeignText.Shown(algorithm)}', but this kind of key is used with {expected} here.");

    public static JwkFault WrongUse(string use) => new(
        "jwk_wrong_use",
        $"The JWK names the use '{ForeignText.Shown(use)}': expected 'sig'.");

    public static JwkFault WrongOperations(string operations) => new(
        "jwk_wrong_use",
        $"The JWK names the key_ops '{ForeignText.Shown(operations)}': expected 'verify' among them, or none.");

    public static JwkFault UnsupportedCurve(string curve) => new(
        "jwk_unsupported_curve",
        $"The curve '{ForeignText.Shown(curve)}' is not accepted: send an EC key on P-256.");
}
