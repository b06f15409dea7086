namespace B2BAssertions.RuleTable.Rules;

internal static class ResourceServerRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new("RS-01", "the token comes in the Authorization header, once; query and body are not looked at", "RFC 6750 §2, FAPI 2.0 §5.3.4"),
        new("RS-02", "exact issuer, own audience, type `at+jwt`, listed algorithm, times with 10 s skew, signed by a published key", "RFC 9068 §4, RFC 8725 §3"),
        new("RS-03", "401 with a challenge that names the resource metadata; `invalid_token`; 403 `insufficient_scope`", "RFC 6750 §3, RFC 9728 §5.1"),
        new("RS-04", "errors are problem documents with a stable code and the trace id", "RFC 9457"),
        new("RS-05", "a scope counts as a whole word of the list, never as part of one", "RFC 6749 §3.3, RFC 9068 §2.2.3"),
        new("RS-06", "a partner sees and changes its own orders only; another's order is 404", "OWASP API1:2023", IsStorage: true),
        new("RS-07", "a write needs the scope `write` and a client that authenticated strongly (AT-03)", Rule.House, IsStorage: true),
        new("RS-08", "the protected resource describes itself", "RFC 9728 §3"),
        new("RS-09", "a new signing key of the server costs no valid token a 401; a withdrawn one is no longer accepted", "OpenID Connect Core §10.1.1"),
        new("RS-10", "tokens of servers without `at+jwt` or `client_id` by explicit option only", "RFC 9068 §2.1, §2.2"),
    ];
}
