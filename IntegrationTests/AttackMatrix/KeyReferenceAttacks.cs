using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Assertions that name another key than the client's own, or bring one along.</summary>
public sealed class KeyReferenceAttacks(AttackedServer server) : AttackTests(server)
{
    private const string Missing = "assertion_kid_missing";
    private const string Unknown = "key_unknown";
    private const string Invalid = "assertion_signature_invalid";

    private static readonly JsonNode?[] NoKeyIds =
        [null, "", 1, true, new JsonArray("kid"), new JsonObject { ["kid"] = "kid" }, new string('k', 256), new string('k', 4000)];

    private static readonly string[] UnknownKeyIds =
    [
        "unknown", "0", " ", "*", "null", "../../../../../../dev/null", "/dev/null", "..\\..\\windows\\win.ini", "file:///dev/null",
        "x' OR '1'='1", "'; DROP TABLE \"UsedAssertions\"; --", "\" OR \"\"=\"", "1 UNION SELECT 1", "$(id)", "`id`", "| id", "{{7*7}}", "${jndi:ldap://127.0.0.1/a}",
        "<script>alert(1)</script>", "kid\r\nWarning: forged", "kid\0", "\u202ekid", "\ud83d\udd11", "%s%s%n", new string('k', 255),
    ];

    private static readonly Attack[] Attacks =
    [
        Attack.With("no kid", "AS-05", Missing, attempt => attempt.ByA(header => header.Remove("kid"))),
        .. NoKeyIds.Select((kid, index) => Attack.With(
            $"kid that is none ({index}): {Short(kid?.ToJsonString() ?? "null")}",
            "AS-05",
            Missing,
            attempt => attempt.ByA(header => header["kid"] = kid?.DeepClone()))),
        .. UnknownKeyIds.Select(kid => Attack.With(
            $"unknown kid: {Short(JsonValue.Create(kid).ToJsonString())}", "AS-05", Unknown, attempt => attempt.ByA(header => header["kid"] = kid))),
        OfKeyId("in another case", kid => kid.ToUpperInvariant()),
        OfKeyId("with a space after it", kid => $"{kid} "),
        OfKeyId("with a NUL after it", kid => $"{kid}\0"),
        OfKeyId("without its last character", kid => kid[..^1]),
        OfKeyId("after a path", kid => $"./{kid}"),
        .. Pointers("jku", server => $"{server.AttackersServer.Address}/jwks"),
        .. Pointers("x5u", server => $"{server.AttackersServer.Address}/certificate"),
        .. Pointers("jwk", server => JsonNode.Parse(server.Attacker.PublicJson().GetRawText())!),
        .. Pointers("x5c", server => new JsonArray(Convert.ToBase64String(server.AttackersServer.Certificate.RawData))),
        Attack.With("every pointer at once, and no kid", "AS-05", Missing, attempt => attempt.By(attempt.Server.Attacker, header =>
        {
            header.Remove("kid");
            header["jku"] = $"{attempt.Server.AttackersServer.Address}/jwks";
            header["x5u"] = $"{attempt.Server.AttackersServer.Address}/certificate";
            header["jwk"] = JsonNode.Parse(attempt.Server.Attacker.PublicJson().GetRawText());
        })),
        Attack.With("kid that is the attacker's address", "AS-05", Unknown, attempt => attempt.By(
            attempt.Server.Attacker, header => header["kid"] = $"{attempt.Server.AttackersServer.Address}/jwks")),
        Attack.With("iss that is the attacker's address", "AS-06", "client_unknown", attempt => attempt.By(
            attempt.Server.Attacker, claims: claims =>
                (claims["iss"], claims["sub"]) = (attempt.Server.AttackersServer.Address, attempt.Server.AttackersServer.Address))),
        Attack.With("signed by another client's key, under its kid", "AS-05", Unknown, attempt => attempt.By(
            new AssertionMaker(attempt.Server.Other.Key, TokenEndpointFixture.ClientA, AttackedServer.Issuer, attempt.Server.Time))),
        Attack.With("signed by another client's key, under the victim's kid", "AS-05", Invalid, attempt => attempt.ByA(
            sign: attempt.Server.Other.SignWithKey)),
        Attack.With("signed by client B's key, under its kid", "AS-05", Unknown, attempt => attempt.By(
            new AssertionMaker(attempt.Server.B.Key, "client-one", AttackedServer.Issuer, attempt.Server.Time))),
        Attack.With("two clients, one kid: the other's key", "AS-05", Unknown, attempt => attempt.By(
            new AssertionMaker(attempt.Server.Other.Key, "client-one", AttackedServer.Issuer, attempt.Server.Time),
            header => header["kid"] = AttackedServer.SharedKeyId)),
        OfOdd("kid that two keys have", OddKeys.Twin, "AS-05", "key_ambiguous", odd => odd.Maker.SignWithKey),
        OfOdd("RSA key of 1024 bits", OddKeys.Weak, "AS-04", Unknown, odd => odd.SignWeakly),
        OfOdd("key on P-384", OddKeys.OtherCurve, "AS-04", Unknown, odd => odd.SignOnOtherCurve, "ES256"),
        OfOdd("key for encryption", OddKeys.ForEncryption, "AS-05", Unknown, odd => odd.Maker.SignWithKey),
        OfOdd("key for RS256", OddKeys.ForRs256, "AS-05", Unknown, odd => odd.Maker.SignWithKey),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_key_that_is_not_the_clients_own_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    [Fact]
    [Trait("Rule", "AS-05")]
    public async Task Two_clients_may_name_their_keys_alike()
    {
        await AssertAcceptedAsync(attempt => attempt.By(attempt.Server.One, header => header["kid"] = AttackedServer.SharedKeyId));
        await AssertAcceptedAsync(attempt => attempt.By(attempt.Server.Other, header => header["kid"] = AttackedServer.SharedKeyId));
    }

    /// <summary>The clock is moved so far that the first unknown kid is looked for again: at the client's own address, and once.</summary>
    [Fact]
    [Trait("Rule", "AS-05")]
    [Trait("Rule", "JW-02")]
    public async Task Unknown_kids_that_cause_a_fetch_are_refused_as_well_and_cause_one_in_10_seconds()
    {
        string[] unknown = ["jku and the attacker's kid", "x5u and the attacker's kid", "kid that is the attacker's address", "unknown kid: \"unknown\""];
        await AssertAcceptedAsync(attempt => attempt.ByA());
        var fetches = Server.FetchesOfA;
        foreach (var first in unknown)
        {
            Server.Time.Advance(TimeSpan.FromSeconds(11));
            await AssertRefusedAsync(Attacks.Single(row => row.Name == first));
            Assert.Equal(++fetches, Server.FetchesOfA);
            foreach (var next in unknown)
            {
                await AssertRefusedAsync(Attacks.Single(row => row.Name == next));
            }

            Assert.Equal(fetches, Server.FetchesOfA);
        }
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    public Task Beside_odd_keys_the_good_one_works() => AssertAcceptedAsync(attempt => attempt.By(attempt.Server.Odd.Maker));

    /// <summary>The attacker's key signs, once under its own kid and once under the victim's; the attacker's server has it under both.</summary>
    private static IEnumerable<Attack> Pointers(string member, Func<AttackedServer, JsonNode> value) =>
    [
        Attack.With($"{member} and the attacker's kid", "AS-05", Unknown, attempt => attempt.By(
            attempt.Server.Attacker, header => header[member] = value(attempt.Server))),
        Attack.With($"{member} and the victim's kid", "AS-05", Invalid, attempt => attempt.By(
            attempt.Server.Attacker, header => (header[member], header["kid"]) = (value(attempt.Server), attempt.Server.A.KeyId))),
    ];

    private static Attack OfKeyId(string name, Func<string, string> change) => Attack.With(
        $"own kid {name}", "AS-05", Unknown, attempt => attempt.ByA(header => header["kid"] = change(attempt.Server.A.KeyId)));

    private static Attack OfOdd(string name, string kid, string rule, string code, Func<OddKeys, Func<byte[], byte[]>> sign, string alg = "PS256") =>
        Attack.With(name, rule, code, attempt => attempt.By(
            attempt.Server.Odd.Maker,
            header => (header["alg"], header["kid"]) = (alg, kid),
            sign: sign(attempt.Server.Odd)));

    private static string Short(string text) => text.Length > 60 ? $"{text[..60]}..." : text;
}
