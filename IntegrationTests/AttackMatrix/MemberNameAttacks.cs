using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Members under a name that is nearly right: names are compared as they are (RFC 7515 §4, RFC 7519 §4).</summary>
public sealed class MemberNameAttacks(AttackedServer server) : AttackTests(server)
{
    private static readonly (string Name, string Rule, string Code)[] Claims =
    [
        ("iss", "AS-06", "assertion_issuer_wrong"),
        ("sub", "AS-06", "assertion_subject_wrong"),
        ("aud", "AS-07", "assertion_audience_wrong"),
        ("exp", "AS-08", "assertion_exp_missing"),
        ("jti", "AS-10", "assertion_jti_missing"),
    ];

    private static readonly (string Name, string Rule, string Code)[] HeaderMembers =
    [
        ("alg", "AS-03", "assertion_algorithm_not_allowed"),
        ("kid", "AS-05", "assertion_kid_missing"),
    ];

    private static readonly Func<string, string>[] Spellings =
        [name => name.ToUpperInvariant(), name => char.ToUpperInvariant(name[0]) + name[1..], name => $"{name} ", name => $"{name}\0", name => $"\ufeff{name}"];

    private static readonly Attack[] Attacks =
    [
        .. Claims.SelectMany(claim => Spellings.Select(spell => Attack.With(
            $"claim {Shown(spell(claim.Name))}", claim.Rule, claim.Code, attempt => attempt.ByA(claims: claims => Rename(claims, claim.Name, spell))))),
        .. HeaderMembers.SelectMany(member => Spellings.Select(spell => Attack.With(
            $"header member {Shown(spell(member.Name))}", member.Rule, member.Code, attempt => attempt.ByA(header => Rename(header, member.Name, spell))))),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_name_that_is_nearly_right_is_another_name(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    private static void Rename(JsonObject json, string name, Func<string, string> spell)
    {
        var value = json[name];
        json.Remove(name);
        json[spell(name)] = value;
    }

    private static string Shown(string name) => JsonValue.Create(name).ToJsonString();
}
