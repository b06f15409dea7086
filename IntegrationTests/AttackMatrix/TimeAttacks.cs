using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Assertions out of their time, or with times that are none.</summary>
public sealed class TimeAttacks(AttackedServer server) : AttackTests(server)
{
    private const string Malformed = "assertion_time_malformed";
    private const string Expired = "assertion_expired";
    private const string Future = "assertion_from_the_future";
    private const string TooLong = "assertion_lifetime_too_long";

    private static readonly string[] NoTimes =
    [
        "null", "\"\"", "\"now\"", "\"2030-01-01T00:00:00Z\"", "\"1900000000\"", "true", "[]", "[1900000000]", "{}", "-1", "-1900000000", "-0.5", "-1e300",
        "1e300", "1e400", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1" + "000000000000000000000000000000000000000000", "253402300800",
        "1900000000000", "1.9e12",
    ];

    private static readonly Attack[] Attacks =
    [
        .. new[] { "exp", "iat", "nbf" }.SelectMany(claim => NoTimes.Select(value => Attack.With(
            $"{claim} {Shown(value)}",
            claim == "exp" ? "AS-08" : "AS-09",
            Malformed,
            attempt => attempt.ByA(claims: claims => claims[claim] = JsonNode.Parse(value))))),
        Attack.With("no exp", "AS-08", "assertion_exp_missing", attempt => attempt.ByA(claims: claims => claims.Remove("exp"))),
        Exp("just past the skew", Expired, now => now - 10),
        Exp("an hour past", Expired, now => now - 3600),
        Exp("zero", Expired, _ => 0),
        Exp("minus zero", Expired, _ => JsonNode.Parse("-0.0")!),
        Exp("one", Expired, _ => 1),
        Exp("a fraction past the skew", Expired, now => now - 9.5 - 1),
        Exp("in another notation", Expired, _ => JsonNode.Parse("1.0e9")!),
        Exp("61 s ahead", TooLong, now => now + 61),
        Exp("61.9 s ahead", TooLong, now => now + 61.9),
        Exp("an hour ahead", TooLong, now => now + 3600),
        Exp("at the end of 2037, of 32 bits", TooLong, _ => int.MaxValue),
        Exp("at the end of all time", TooLong, _ => 253402300799),
        Exp("just past the end of all seconds of 32 bits", TooLong, _ => 4294967296),
        Times("iat long ago, so that it lives long", TooLong, (claims, now) => claims["iat"] = now - 3600),
        Times("iat zero", TooLong, (claims, _) => claims["iat"] = 0),
        Times("no iat, nbf long ago", TooLong, (claims, now) =>
        {
            claims.Remove("iat");
            claims["nbf"] = now - 3600;
        }),
        Times("no iat, exp an hour ahead", TooLong, (claims, now) =>
        {
            claims.Remove("iat");
            claims["exp"] = now + 3600;
        }),
        .. new[] { "iat", "nbf" }.SelectMany(claim => new[]
        {
            Ahead(claim, "just past the skew", 11),
            Ahead(claim, "a minute ahead", 61),
            Ahead(claim, "an hour ahead", 3600),
            Ahead(claim, "a hundred years ahead", 3_155_760_000),
        }),
        Times("everything an hour ahead", Future, (claims, now) =>
            (claims["iat"], claims["nbf"], claims["exp"]) = (now + 3600, now + 3600, now + 3660), "AS-09"),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task What_is_out_of_its_time_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    [Theory]
    [Trait("Rule", "AS-08")]
    [InlineData(30.5)]
    [InlineData(0.25)]
    public Task Fractions_of_seconds_are_times_as_well(double ahead) =>
        AssertAcceptedAsync(attempt => attempt.ByA(claims: claims => claims["exp"] = attempt.Now + ahead));

    private static Attack Exp(string name, string code, Func<long, JsonNode> value) =>
        Times($"exp {name}", code, (claims, now) => claims["exp"] = value(now));

    private static Attack Ahead(string claim, string name, long seconds) =>
        Times($"{claim} {name}", Future, (claims, now) => (claims[claim], claims["exp"]) = (now + seconds, now + seconds + 30), "AS-09");

    private static Attack Times(string name, string code, Action<JsonObject, long> change, string rule = "AS-08") =>
        Attack.With(name, rule, code, attempt => attempt.ByA(claims: claims => change(claims, attempt.Now)));

    private static string Shown(string text) => text.Length > 30 ? $"{text[..30]}..." : text;
}
