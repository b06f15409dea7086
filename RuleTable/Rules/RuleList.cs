namespace B2BAssertions.RuleTable.Rules;

/// <summary>Every security rule of the system. A new rule begins here; its test carries the trait <c>Rule</c> with its id.</summary>
internal static class RuleList
{
    public static IReadOnlyList<RuleSection> Sections { get; } =
    [
        new("AS", "Client assertion, checked by AuthorizationServer", "AuthorizationServer", IsComplete: true, AuthorizationServerRules.Assertion),
        new("JW", "Fetch of a client's JWK Set, by AuthorizationServer", "AuthorizationServer", IsComplete: true, AuthorizationServerRules.ClientJwks),
        new("AT", "Access token, issued by AuthorizationServer", "AuthorizationServer", IsComplete: true, AuthorizationServerRules.AccessToken),
        new("RS", "Resource server: OrdersApi", "OrdersApi", IsComplete: true, ResourceServerRules.All),
        new("KR", "Key registry: JwksService", "JwksService", IsComplete: true, KeyRegistryRules.All),
        new("PC", "Partner client: PartnerClient", "PartnerClient", IsComplete: true, PartnerClientRules.All),
    ];

    public static IReadOnlySet<string> Ids { get; } = Sections.SelectMany(section => section.Rules).Select(rule => rule.Id).ToHashSet();
}
