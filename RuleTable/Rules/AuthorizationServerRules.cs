namespace B2BAssertions.RuleTable.Rules;

/// <summary>FAPI 2.0 stands for the FAPI 2.0 Security Profile.</summary>
internal static class AuthorizationServerRules
{
    public static IReadOnlyList<Rule> Assertion { get; } =
    [
        new("AS-01", "`client_assertion_type` is exactly the JWT bearer type; a parameter comes once", "RFC 7523 §2.2, RFC 6749 §3.2"),
        new("AS-02", "no other client authentication beside the assertion; secrets are no way in, nor in the metadata", "RFC 6749 §2.3, FAPI 2.0 §5.3.2.1"),
        new("AS-03", "`alg` is on the client's list: PS256, by option ES256; never `none`, `HS*`, `RS*`", "RFC 8725 §3.1, FAPI 2.0 §5.4.1"),
        new("AS-04", "RSA keys of at least 2048 bits, EC keys on P-256; a weaker key of the set is ignored", "FAPI 2.0 §5.4.1"),
        new("AS-05", "the key is chosen by `kid` among the client's own that fit `alg`; `jku`, `x5u`, `jwk`, `x5c` are never followed", "RFC 8725 §3.10, RFC 7515 §4.1"),
        new("AS-06", "`iss` = `sub` = client id, and a `client_id` parameter says the same", "RFC 7523 §3, OpenID Connect Core §9"),
        new("AS-07", "`aud` is the issuer identifier as one string; the older forms are options", "RFC 10070, FAPI 2.0 §5.3.2.1"),
        new("AS-08", "`exp` is there and not past (10 s leeway); lifetime at most 60 s, by option up to 300 s", "RFC 7523 §3"),
        new("AS-09", "`iat` and `nbf` at most 10 s ahead, never more than 60 s", "FAPI 2.0 §5.3.2.1"),
        new("AS-10", "`jti` of 1 to 255 characters, good once for its client until it expires, across all replicas", "OpenID Connect Core §9, CVE-2020-5300", IsStorage: true),
        new("AS-11", "`typ` is absent, `JWT` or `client-authentication+jwt`: no other JWT is an assertion", "RFC 10070, RFC 8725 §3.11"),
        new("AS-12", "only scopes that this client was granted", "RFC 6749 §5.2"),
        new("AS-13", "a failed authentication is `401 invalid_client`, `no-store`, the same whatever check failed; the log tells which", "RFC 6749 §5.2"),
        new("AS-14", "the replay check is the last one: a forged assertion cannot use up a real `jti`", Rule.House, IsStorage: true),
        new("AS-15", "an assertion over 8 KiB or malformed, a request that is too large or no form, is refused before any signature check or fetch", Rule.House),
    ];

    public static IReadOnlyList<Rule> ClientJwks { get; } =
    [
        new("JW-01", "kept for the set's max-age, within 30 s and 20 min; 5 min where none is stated", "RFC 9111 §5.2.2.1"),
        new("JW-02", "an unknown `kid` causes one fetch, at most one per client in 10 s, shared by all who wait", "OpenID Connect Core §10.1.1"),
        new("JW-03", "when the fetch fails the last good set is used, up to a bound, also after a restart; logged and counted", Rule.House, IsStorage: true),
        new("JW-04", "https only, no redirect, no special-use address unless the operator allows it, checked when the connection is made", "RFC 6890, CWE-918"),
        new("JW-05", "64 KiB, 32 keys, 3 s, a JSON content type; a set with a private member is refused whole", "RFC 7517 §5, §9.2"),
        new("JW-06", "a key taken out of the set stops working within max-age; a missing `kid` never falls back to the last good set", Rule.House),
        new("JW-07", "the fetch before authentication amplifies nothing and delays no other client", Rule.House),
    ];

    public static IReadOnlyList<Rule> AccessToken { get; } =
    [
        new("AT-01", "a JWT of type `at+jwt`, ES256 or by option PS256, with kid, iss, sub, aud, client_id, iat, exp, jti, scope", "RFC 9068 §2"),
        new("AT-02", "5 minutes, at most 10; never encrypted; no refresh token", "RFC 6750 §5.3, RFC 6749 §4.4.3"),
        new("AT-03", "`client_auth_method` tells the API how the client authenticated", Rule.House),
        new("AT-04", "signing keys persist, are published before first use and while tokens they signed live", "OpenID Connect Core §10.1.1, RFC 7517 §8.5.2", IsStorage: true),
        new("AT-05", "the metadata says what the server does, the signing algorithms of assertions too", "RFC 8414 §2, §3"),
    ];
}
