using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Assertions for somebody else, or for somebody who can be taken for this server.</summary>
public sealed class AudienceAttacks(AttackedServer server) : AttackTests(server)
{
    private const string Issuer = AttackedServer.Issuer;

    private static readonly string[] Addresses =
    [
        "", " ", "https://other.example", $"{Issuer}/token", $"{Issuer}/.well-known/oauth-authorization-server", $"{Issuer}/", $"{Issuer}//", $"{Issuer}/.",
        $"{Issuer}?", $"{Issuer}#", $"{Issuer}?x=1", $"{Issuer}:443", $"{Issuer}:443/", $"{Issuer}:80", $"{Issuer}.", $"{Issuer}.attacker.example",
        $"{Issuer}@attacker.example", "https://attacker@issuer.example", "https://sub.issuer.example", "http://issuer.example", "HTTPS://issuer.example",
        "https://ISSUER.EXAMPLE", "https://Issuer.example", "https:\\\\issuer.example", "https:issuer.example", "//issuer.example", "issuer.example",
        "https://%69ssuer.example", "https://\u0456ssuer.example", $"{Issuer} ", $" {Issuer}", $"{Issuer}\0", $"{Issuer}\n", $"{Issuer}\u200b",
        $"{Issuer} https://other.example", $"{Issuer},https://other.example", "client-a", "*", "https://*.example", "https://orders.example",
    ];

    private static readonly JsonNode?[] Values =
    [
        null, 1, true, new JsonObject { ["iss"] = Issuer }, new JsonArray(), new JsonArray(Issuer), new JsonArray(Issuer, Issuer),
        new JsonArray(Issuer, "https://other.example"), new JsonArray("https://other.example", Issuer), new JsonArray(new JsonArray(Issuer)),
        new JsonArray(Issuer, null), new JsonArray($"{Issuer}/token"), new JsonArray(1),
    ];

    private static readonly Attack[] Attacks =
    [
        Wrong("no aud", claims => claims.Remove("aud")),
        .. Addresses.Select(audience => Wrong($"aud {JsonValue.Create(audience).ToJsonString()}", claims => claims["aud"] = audience)),
        .. Values.Select(audience => Wrong($"aud as {audience?.ToJsonString() ?? "null"}", claims => claims["aud"] = audience?.DeepClone())),
        Wrong("aud as 100 addresses", claims => claims["aud"] = new JsonArray([.. Enumerable.Repeat(Issuer, 100).Select(issuer => JsonValue.Create(issuer))])),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Any_audience_but_the_issuer_as_one_string_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    private static Attack Wrong(string name, Action<JsonObject> claims) =>
        Attack.With(name, "AS-07", "assertion_audience_wrong", attempt => attempt.ByA(claims: claims));
}
