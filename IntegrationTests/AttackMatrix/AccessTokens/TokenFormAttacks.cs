using System.Text;
using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix.AccessTokens;

/// <summary>Texts that are no access token, one that two readers could read differently, or one in the wrong place.</summary>
public sealed class TokenFormAttacks(AttackedApi api) : TokenAttackTests(api)
{
    private const string Form = "form";

    private static readonly TokenAttack[] Attacks =
    [
        TokenAttack.With("two dots", Form, _ => ".."),
        TokenAttack.With("8 KiB of dots", Form, _ => new string('.', 8 * 1024)),
        TokenAttack.With("16 KiB of dots", Form, _ => new string('.', 16 * 1024)),
        TokenAttack.With("a right token of more than 8 KiB", Form, attempt => attempt.Es256(claims: claims => claims["filler"] = new string('x', 8 * 1024))),
        TokenAttack.With("no JWT", Form, _ => "mF_9.B5f-4.1JqM"),
        TokenAttack.With("one part", Form, attempt => attempt.Es256().Split('.')[0]),
        TokenAttack.With("two parts", Form, attempt => attempt.Es256()[..attempt.Es256().LastIndexOf('.')]),
        TokenAttack.With("four parts", Form, attempt => $"{attempt.Es256()}.x"),
        TokenAttack.With("a dot after it", Form, attempt => $"{attempt.Es256()}."),
        Encrypted("encrypted (JWE)", """{"alg":"RSA-OAEP-256","enc":"A256GCM","typ":"at+jwt"}""", ".eHg.eHg.eHg.eHg"),
        Encrypted("encrypted with alg dir (JWE)", """{"alg":"dir","enc":"A256GCM","typ":"at+jwt"}""", "..eHg.eHg.eHg"),
        TokenAttack.With("nested: a right token as the claims", Form, attempt => attempt.OfBytes(claims: _ => Encoding.UTF8.GetBytes(attempt.Es256()))),
        TokenAttack.With("crit that names exp", "critical", attempt => attempt.Es256(header => header["crit"] = new JsonArray("exp"))),
        TokenAttack.With("crit that is empty", "critical", attempt => attempt.Es256(header => header["crit"] = new JsonArray())),
        TokenAttack.With("b64 false, critical (RFC 7797)", "critical", attempt => attempt.Es256(
            header => (header["b64"], header["crit"]) = (false, new JsonArray("b64")))),
        .. Repeated("claim", ["iss", "sub", "aud", "exp", "client_id", "scope"], (attempt, change) => attempt.OfText(claims: change)),
        .. Repeated("header member", ["alg", "kid", "typ"], (attempt, change) => attempt.OfText(header: change)),
        .. OddJson("claims", (attempt, change) => attempt.OfBytes(claims: change)),
        .. OddJson("header", (attempt, change) => attempt.OfBytes(header: change)),
        .. Enumerable.Range(0, 3).SelectMany(part => new[]
        {
            Part($"part {part} with padding", part, text => $"{text}="),
            Part($"part {part} with a plus", part, text => $"+{text[1..]}"),
            Part($"part {part} with a slash", part, text => $"/{text[1..]}"),
        }),
        Part("signature with other bits after the last byte", 2, text => text[..^1] + (char)(text[^1] + 1)),
        Part("signature with three characters more", 2, text => $"{text}AAA"),
        new("JSON serialization", "RS-01", null, attempt => attempt.Bearing(new JsonObject { ["payload"] = attempt.Es256() }.ToJsonString()))
        {
            Status = 400,
            Code = "token_malformed",
            Challenge = "error=\"invalid_request\", ",
        },
        Unseen("no token", _ => TokenAttempt.Orders(), "RS-03"),
        Unseen("in the query", attempt => TokenAttempt.Orders($"?access_token={attempt.Told(attempt.Es256())}")),
        Unseen("in a cookie", attempt => TokenAttempt.WithHeader("Cookie", $"access_token={attempt.Told(attempt.Es256())}")),
        Unseen("in another header", attempt => TokenAttempt.WithHeader("X-Forwarded-Authorization", $"Bearer {attempt.Told(attempt.Es256())}")),
        Unseen("without its scheme", attempt => TokenAttempt.WithHeader("Authorization", attempt.Told(attempt.Es256()))),
        Unseen("with the scheme DPoP", attempt => TokenAttempt.WithHeader("Authorization", $"DPoP {attempt.Told(attempt.Es256())}")),
        Unseen("as Basic credentials", attempt => TokenAttempt.WithHeader("Authorization", $"Basic {attempt.Told(attempt.Es256())}")),
        Unseen("with a scheme that only begins so", attempt => TokenAttempt.WithHeader("Authorization", $"BearerX {attempt.Told(attempt.Es256())}")),
        Request("two in one header", "token_repeated", attempt => $"{attempt.Told(attempt.Es256())}, Bearer {attempt.Told(attempt.Es256())}"),
        Request("with a space in it", "token_malformed", attempt => attempt.Told(attempt.Es256()).Insert(10, " ")),
        Request("in quotes", "token_malformed", attempt => $"\"{attempt.Told(attempt.Es256())}\""),
        Request("nothing after the scheme", "token_malformed", _ => string.Empty),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => TokenAttack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_token_in_another_form_or_place_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    /// <summary>RFC 7519 §4: names are unique. Who reads the first and who reads the last would not mean the same token.</summary>
    private static IEnumerable<TokenAttack> Repeated(string what, string[] names, Func<TokenAttempt, Func<string, string>, string> make) => names.SelectMany(name => new[]
    {
        TokenAttack.With($"{what} {name} twice, the right one last", Form, attempt => make(attempt, json => json.Insert(1, $"\"{name}\":\"attacker\","))),
        TokenAttack.With($"{what} {name} twice alike", Form, attempt => make(
            attempt, json => $"{json[..^1]},\"{name}\":{JsonNode.Parse(json)![name]!.ToJsonString()}}}")),
        TokenAttack.With($"{what} {name} twice, once escaped", Form, attempt => make(
            attempt, json => $"{{\"\\u{(int)name[0]:x4}{name[1..]}\":\"attacker\",{json[1..]}")),
    });

    private static IEnumerable<TokenAttack> OddJson(string part, Func<TokenAttempt, Func<byte[], byte[]>, string> make)
    {
        (string Name, Func<byte[], byte[]> Change)[] changes =
        [
            ("with a byte order mark", json => [0xef, 0xbb, 0xbf, .. json]),
            ("followed by text", json => [.. json, .. " x"u8]),
            ("followed by a second object", json => [.. json, .. "{}"u8]),
            ("cut off", json => json[..^1]),
            ("with a comma at the end", json => [.. json[..^1], .. ",}"u8]),
            ("in an array", json => [.. "["u8, .. json, .. "]"u8]),
            ("null", _ => [.. "null"u8]),
            ("with a lone surrogate", json => [.. json[..^1], .. ",\"x\":\"\\ud800\"}"u8]),
            ("with a byte that is no UTF-8", json => [.. json[..^1], .. ",\"x\":\""u8, 0xff, .. "\"}"u8]),
            ("nested 1,000 deep", json => [.. json[..^1], .. ",\"x\":"u8, .. Enumerable.Repeat((byte)'[', 1000), .. Enumerable.Repeat((byte)']', 1000), (byte)'}']),
        ];
        return changes.Select(change => TokenAttack.With($"{part} {change.Name}", Form, attempt => make(attempt, change.Change)));
    }

    /// <summary>What a lenient reader of base64url takes for the same bytes.</summary>
    private static TokenAttack Part(string name, int part, Func<string, string> change) => TokenAttack.With(name, Form, attempt =>
    {
        var parts = attempt.Es256().Split('.');
        parts[part] = change(parts[part]);
        return string.Join('.', parts);
    });

    /// <summary>AT-02: the issuer encrypts none, so the API reads none.</summary>
    private static TokenAttack Encrypted(string name, string header, string parts) =>
        TokenAttack.With(name, Form, _ => Encode(header) + parts) with { Rule = "AT-02", Found = "an encrypted JWT" };

    /// <summary>RFC 6750 §3.1: no token, so no error is named.</summary>
    private static TokenAttack Unseen(string name, Func<TokenAttempt, HttpRequestMessage> make, string rule = "RS-01") =>
        new(name, rule, null, make) { Code = "token_missing", Challenge = string.Empty };

    private static TokenAttack Request(string name, string code, Func<TokenAttempt, string> credentials) =>
        new(name, "RS-01", null, attempt => TokenAttempt.WithHeader("Authorization", $"Bearer {credentials(attempt)}"))
        {
            Status = 400,
            Code = code,
            Challenge = "error=\"invalid_request\", ",
        };

    private static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
