namespace B2BAssertions.RuleTable.Rules;

internal static class KeyRegistryRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new("KR-01", "one set per partner, never two partners in one set", "RFC 7517 §5", IsStorage: true),
        new("KR-02", "`application/jwk-set+json` with strong ETag, 304 and max-age", "RFC 7517 §8.5.2, RFC 9110 §8.8.3", IsStorage: true),
        new("KR-03", "`kid` is the SHA-256 thumbprint unless the partner names one; unique per partner for good", "RFC 7638", IsStorage: true),
        new("KR-04", "a new key comes with a fresh proof of possession, for this registry, used once", Rule.House, IsStorage: true),
        new("KR-05", "no private, symmetric or weak key, wrong algorithm, unknown curve or duplicate", "FAPI 2.0 §5.4.1, RFC 7517 §9.2", IsStorage: true),
        new("KR-06", "pending, active, retiring, retired by time; revoked at once from any", "NIST SP 800-57 Part 1 §7", IsStorage: true),
        new("KR-07", "first key with a one-time enrolment token, later ones by the partner itself, the rest by operators", "RFC 7591 §3", IsStorage: true),
        new("KR-08", "a partner cannot retire its last usable key; an operator can revoke it", Rule.House, IsStorage: true),
        new("KR-09", "every change has a record: who, what, when, from where; records are never altered", Rule.House, IsStorage: true),
        new("KR-10", "concurrent changes lose nothing; a crash leaves the old or the new state", Rule.House, IsStorage: true),
    ];
}
