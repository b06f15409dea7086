using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Assertions without an identifier, or with a used one.</summary>
public sealed class JwtIdAttacks(AttackedServer server) : AttackTests(server)
{
    private const string Missing = "assertion_jti_missing";

    private static readonly JsonNode?[] NoIdentifiers =
    [
        null, "", 1, 1.5, true, new JsonArray("id"), new JsonObject { ["id"] = "id" }, new string('j', 256), new string('j', 5000),
        "\0", "id\0", "id\n", "\u001b[2Jid",
    ];

    private static readonly Attack[] Attacks =
    [
        Attack.With("no jti", "AS-10", Missing, attempt => attempt.ByA(claims: claims => claims.Remove("jti"))),
        .. NoIdentifiers.Select((jti, index) => Attack.With(
            $"jti that is none ({index}): {Shown(jti?.ToJsonString() ?? "null")}",
            "AS-10",
            Missing,
            attempt => attempt.ByA(claims: claims => claims["jti"] = jti?.DeepClone()))),
        Replay("the same assertion again", (_, used) => used),
        Replay("a new assertion with the used jti", (attempt, _) => attempt.ByA()),
        Replay("the used jti, later to expire", (attempt, _) => attempt.ByA(claims: claims => claims["exp"] = attempt.Now + 30)),
        Replay("the used jti, other claims", (attempt, _) => attempt.ByA(claims: claims => claims["nonce"] = "other")),
        Replay("the used jti, other header", (attempt, _) => attempt.ByA(header => header["typ"] = "JWT")),
        Replay("the used jti, written with escapes", (attempt, _) => attempt.OfText(
            claims: json => json.Replace("attack-", "\\u0061\\u0074tack-", StringComparison.Ordinal))),
        Replay("the used jti, spaces around it", (attempt, _) => attempt.OfText(claims: json => json.Replace(",", " ,\n ", StringComparison.Ordinal))),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task What_cannot_be_told_from_a_used_assertion_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    /// <summary>RFC 7519 §4.1.7: case-sensitive; and no text is changed before it is compared.</summary>
    [Theory]
    [Trait("Rule", "AS-10")]
    [InlineData("Id-\u00e9", "id-\u00e9")]
    [InlineData("id-\u00e9", "id-e\u0301")]
    [InlineData("id", "id ")]
    [InlineData("1", "01")]
    public async Task An_identifier_that_is_merely_alike_is_another_one(string used, string other)
    {
        var run = Guid.NewGuid();
        await AssertAcceptedAsync(attempt => attempt.ByA(claims: claims => claims["jti"] = $"{run}{used}"));
        await AssertAcceptedAsync(attempt => attempt.ByA(claims: claims => claims["jti"] = $"{run}{other}"));
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public Task A_jti_that_another_client_used_is_no_replay() => AssertAcceptedAsync(
        attempt => attempt.ByA(),
        async attempt => Assert.Equal(200, (await Server.SendAsync(attempt.Request(attempt.ByB()))).Status));

    [Fact]
    [Trait("Rule", "AS-10")]
    public Task A_jti_of_255_characters_is_accepted() => AssertAcceptedAsync(
        attempt => attempt.ByA(claims: claims => claims["jti"] = attempt.JwtId.PadRight(255, 'x')));

    private static Attack Replay(string name, Func<Attempt, string, string> again)
    {
        var used = string.Empty;
        return Attack.With(name, "AS-10", "assertion_replayed", attempt => again(attempt, used)) with
        {
            Before = async attempt =>
            {
                used = attempt.ByA();
                Assert.Equal(200, (await attempt.Server.SendAsync(attempt.Request(used))).Status);
            },
            Victim = null,
        };
    }

    private static string Shown(string text) => text.Length > 40 ? $"{text[..40]}..." : text;
}
