using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Assertions of one client that say to be another's, or nobody's.</summary>
public sealed class IdentityAttacks(AttackedServer server) : AttackTests(server)
{
    private const string UnknownClient = "client_unknown";
    private const string WrongIssuer = "assertion_issuer_wrong";
    private const string WrongSubject = "assertion_subject_wrong";
    private const string ClientB = TokenEndpointFixture.ClientB;

    private static readonly string[] NearlyClientA =
    [
        "Client-A", "CLIENT-A", "client-a ", " client-a", "client-a\t", "client\u2010a", "cl\u0456ent-a", "client-a\u200b", "client-a/", "client-",
        "client-%", "client-_", "*", "' OR '1'='1", "client-a'; DROP TABLE \"OpenIddictApplications\"; --", AttackedServer.Issuer, new string('c', 2000),
    ];

    private static readonly JsonNode?[] NoStrings = [null, 1, true, new JsonArray("client-a"), new JsonArray("client-a", "client-b"), new JsonObject()];

    private static readonly Attack[] Attacks =
    [
        Claims("iss of another client", WrongSubject, claims => claims["iss"] = ClientB),
        Claims("sub of another client", WrongSubject, claims => claims["sub"] = ClientB),
        Claims("iss and sub of another client", "AS-03", "assertion_algorithm_not_allowed", claims => (claims["iss"], claims["sub"]) = (ClientB, ClientB)),
        Claims("iss and sub of another client with this alg", "AS-05", "key_unknown", claims => (claims["iss"], claims["sub"]) = ("client-other", "client-other")),
        Claims("iss another client, sub nobody", WrongSubject, claims => (claims["iss"], claims["sub"]) = (ClientB, "nobody")),
        Claims("iss nobody, sub the client", UnknownClient, claims => claims["iss"] = "nobody"),
        Claims("no iss", WrongIssuer, claims => claims.Remove("iss")),
        Claims("no sub", WrongSubject, claims => claims.Remove("sub")),
        Claims("neither iss nor sub, but client_id", WrongIssuer, claims =>
        {
            claims.Remove("iss");
            claims.Remove("sub");
            claims["client_id"] = "client-a";
        }),
        Claims("empty iss", WrongIssuer, claims => claims["iss"] = string.Empty),
        Claims("empty sub", WrongSubject, claims => claims["sub"] = string.Empty),
        .. NearlyClientA.Select(id => Claims($"iss {Shown(id)}", UnknownClient, claims => claims["iss"] = id)),
        .. NearlyClientA.Select(id => Claims($"sub {Shown(id)}", WrongSubject, claims => claims["sub"] = id)),
        .. NearlyClientA.Select(id => Claims($"iss and sub {Shown(id)}", UnknownClient, claims => (claims["iss"], claims["sub"]) = (id, id))),
        .. NoStrings.Select(id => Claims($"iss as {id?.ToJsonString() ?? "null"}", WrongIssuer, claims => claims["iss"] = id?.DeepClone())),
        .. NoStrings.Select(id => Claims($"sub as {id?.ToJsonString() ?? "null"}", WrongSubject, claims => claims["sub"] = id?.DeepClone())),
        ClientId("another client's", ClientB),
        ClientId("nobody's", "nobody"),
        ClientId("in another case", "CLIENT-A"),
        ClientId("with a space after it", "client-a "),
        ClientId("as SQL", "' OR '1'='1"),
        Attack.OfB("client_id of a client with this key's kind", "AS-06", "client_id_mismatch", attempt => attempt.ByB()) with
        {
            Make = attempt => attempt.Request(attempt.ByB(), ("client_id", TokenEndpointFixture.ClientC)),
        },
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Who_is_not_the_client_in_every_place_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    private static Attack Claims(string name, string code, Action<JsonObject> claims) => Claims(name, "AS-06", code, claims);

    private static Attack Claims(string name, string rule, string code, Action<JsonObject> claims) =>
        Attack.With(name, rule, code, attempt => attempt.ByA(claims: claims));

    private static Attack ClientId(string name, string clientId) => new(
        $"client_id parameter {name}", "AS-06", "client_id_mismatch", attempt => attempt.Request(attempt.ByA(), ("client_id", clientId)));

    private static string Shown(string text) => JsonValue.Create(text.Length > 60 ? $"{text[..60]}..." : text).ToJsonString();
}
