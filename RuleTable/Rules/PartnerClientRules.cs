namespace B2BAssertions.RuleTable.Rules;

internal static class PartnerClientRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new("PC-01", "a fresh assertion for every attempt, retries included", "OpenID Connect Core §9"),
        new("PC-02", "times in seconds, `exp` = `iat` + 60 s, `aud` from the issuer's metadata", "RFC 7519 §2, RFC 10070, FAPI 2.0 §5.3.3.1"),
        new(
            "PC-03",
            "the private key is an encrypted file (PKCS#8, PKCS#12) of mode 0600, or stays in a PKCS#11 token; no password in the source",
            "RFC 5958 §3, RFC 7292 §4"),
        new("PC-04", "one access token for all callers, renewed shortly before its end and once after a 401", "RFC 6749 §5.1"),
        new("PC-05", "back-off with jitter; no retry of `invalid_client`", "RFC 6749 §5.2"),
        new("PC-06", "rotation without downtime: register, wait out max-age, sign with the new key, retire the old", Rule.House),
        new("PC-07", "no secret, assertion or token in logs or traces", Rule.House),
    ];
}
