using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using Xunit;

using static System.Buffers.Text.Base64Url;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>Texts that are no assertion, or one in a form that two readers could read differently.</summary>
public sealed class StructureAttacks(AttackedServer server) : AttackTests(server)
{
    private const string Malformed = "assertion_malformed";

    private static readonly Attack[] Attacks =
    [
        Text("one dot", _ => "."),
        Text("two dots", _ => ".."),
        Text("8 KiB of dots", _ => new string('.', 8 * 1024)),
        Attack.With("60 KiB of dots", "AS-15", "assertion_too_large", _ => new string('.', 60 * 1024)),
        Attack.With("a sound assertion of more than 8 KiB", "AS-15", "assertion_too_large", attempt => attempt.ByA(
            claims: claims => claims["filler"] = new string('x', 8 * 1024))),
        Attack.With("a header of more than 8 KiB", "AS-15", "assertion_too_large", attempt => attempt.ByA(
            header => header["filler"] = new string('x', 8 * 1024))),
        Attack.With("a jti of 10 KiB", "AS-15", "assertion_too_large", attempt => attempt.ByA(claims: claims => claims["jti"] = new string('j', 10 * 1024))),
        Text("no JWT", _ => "mF_9.B5f-4.1JqM"),
        Text("letters", _ => new string('a', 500)),
        Text("one part", attempt => attempt.ByA().Split('.')[0]),
        Text("four parts", attempt => $"{attempt.ByA()}.x"),
        Text("a dot before it", attempt => $".{attempt.ByA()}"),
        Text("a dot after it", attempt => $"{attempt.ByA()}."),
        Text("no header", attempt => attempt.ByA()[attempt.ByA().IndexOf('.')..]),
        Text("no claims", attempt => $"{attempt.ByA().Split('.')[0]}..{attempt.ByA().Split('.')[2]}"),
        Text("two assertions in one", attempt => $"{attempt.ByA()},{attempt.ByA()}"),
        Text("encrypted (JWE)", _ => $"{Encode("""{"alg":"RSA-OAEP-256","enc":"A256GCM","typ":"JWT"}""")}.{Random(256)}.{Random(12)}.{Random(300)}.{Random(16)}"),
        Text("encrypted with alg dir (JWE)", _ => $"{Encode("""{"alg":"dir","enc":"A256GCM"}""")}..{Random(12)}.{Random(300)}.{Random(16)}"),
        Text("nested: a right assertion as the claims", attempt => attempt.Server.A.Sign(
            """{"alg":"PS256","cty":"JWT","kid":"KID"}""".Replace("KID", attempt.Server.A.KeyId, StringComparison.Ordinal), attempt.ByA())),
        Text("flattened JSON serialization", attempt => Json(attempt.ByA()).ToJsonString()),
        Text("general JSON serialization", attempt => new JsonObject
        {
            ["payload"] = attempt.ByA().Split('.')[1],
            ["signatures"] = new JsonArray(Json(attempt.ByA())),
        }.ToJsonString()),
        Text("crit that names exp", attempt => attempt.ByA(header => header["crit"] = new JsonArray("exp"))),
        Text("crit that is empty", attempt => attempt.ByA(header => header["crit"] = new JsonArray())),
        Text("crit that is null", attempt => attempt.ByA(header => header["crit"] = null)),
        Text("b64 false, critical (RFC 7797)", attempt => attempt.ByA(header => (header["b64"], header["crit"]) = (false, new JsonArray("b64")))),
        Text("b64 false, claims not encoded", attempt => Unencoded(attempt)),
        Attack.With("b64 false, claims signed as they are", "AS-05", "assertion_signature_invalid", SignedUnencoded),
        .. Repeated("claim", ["iss", "sub", "aud", "exp", "iat", "jti"], (attempt, change) => attempt.OfText(claims: change)),
        .. Repeated("header member", ["alg", "kid", "typ"], (attempt, change) => attempt.OfText(header: change)),
        .. OddJson("claims", (attempt, change) => attempt.OfBytes(claims: change)),
        .. OddJson("header", (attempt, change) => attempt.OfBytes(header: change)),
        .. OddText("header", 0),
        .. OddText("claims", 1),
        .. OddText("signature", 2),
        Text("a space before it", attempt => $" {attempt.ByA()}"),
        Text("a space after it", attempt => $"{attempt.ByA()} "),
        Text("a line feed after it", attempt => $"{attempt.ByA()}\r\n"),
        Text("a tab in it", attempt => attempt.ByA().Insert(10, "\t")),
        Text("spaces around the dots", attempt => attempt.ByA().Replace(".", " . ", StringComparison.Ordinal)),
        Text("in quotes", attempt => $"\"{attempt.ByA()}\""),
        Text("after its scheme", attempt => $"Bearer {attempt.ByA()}"),
        Text("full-width dots", attempt => attempt.ByA().Replace('.', '\uff0e')),
        Text("an umlaut in it", attempt => attempt.ByA().Insert(10, "\u00e4")),
        Text("a zero-width space in it", attempt => attempt.ByA().Insert(10, "\u200b")),
        Text("a byte order mark before it", attempt => $"\ufeff{attempt.ByA()}"),
        Text("emoji", _ => "\ud83d\ude00.\ud83d\ude00.\ud83d\ude00"),
        Text("upper case", attempt => attempt.ByA().ToUpperInvariant()),
        Text("percent-encoded twice", attempt => attempt.ByA().Replace(".", "%2E", StringComparison.Ordinal)),
    ];

    public static IEnumerable<TheoryDataRow<string>> Rows => Attack.Rows(Attacks);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task What_is_no_signed_JWT_in_compact_form_is_refused(string attack) => AssertRefusedAsync(Attacks.Single(row => row.Name == attack));

    private static Attack Text(string name, Func<Attempt, string> assertion) => Attack.With(name, "AS-15", Malformed, assertion);

    /// <summary>RFC 7515 §4, RFC 7519 §4: names are unique. The first and the last reading differ, also where one name is written with an escape.</summary>
    private static IEnumerable<Attack> Repeated(string what, string[] names, Func<Attempt, Func<string, string>, string> make) => names.SelectMany(name => new[]
    {
        Text($"{what} {name} twice, the wrong one first", attempt => make(attempt, json => json.Insert(1, $"\"{name}\":\"attacker\","))),
        Text($"{what} {name} twice, the wrong one last", attempt => make(attempt, json => $"{json[..^1]},\"{name}\":\"attacker\"}}")),
        Text($"{what} {name} twice alike", attempt => make(attempt, json => $"{json[..^1]},\"{name}\":{JsonNode.Parse(json)![name]!.ToJsonString()}}}")),
        Text($"{what} {name} twice, once escaped", attempt => make(attempt, json => $"{json[..^1]},\"\\u{(int)name[0]:x4}{name[1..]}\":\"attacker\"}}")),
    });

    private static IEnumerable<Attack> OddJson(string part, Func<Attempt, Func<byte[], byte[]>, string> make)
    {
        (string Name, Func<byte[], byte[]> Change)[] changes =
        [
            ("with a byte order mark", json => [0xef, 0xbb, 0xbf, .. json]),
            ("in UTF-16", json => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(json))),
            ("followed by text", json => [.. json, .. " x"u8]),
            ("followed by a second object", json => [.. json, .. "{}"u8]),
            ("followed by a NUL", json => [.. json, 0]),
            ("cut off", json => json[..^1]),
            ("with a comma at the end", json => [.. json[..^1], .. ",}"u8]),
            ("with a comment", json => [.. "/**/"u8, .. json]),
            ("in an array", json => [.. "["u8, .. json, .. "]"u8]),
            ("as a string", json => Encoding.UTF8.GetBytes(JsonValue.Create(Encoding.UTF8.GetString(json)).ToJsonString())),
            ("null", _ => [.. "null"u8]),
            ("a number", _ => [.. "1"u8]),
            ("with names in single quotes", json => [.. json.Select(value => value == '"' ? (byte)'\'' : value)]),
            ("with NaN", json => [.. json[..^1], .. ",\"x\":NaN}"u8]),
            ("with a lone surrogate", json => [.. json[..^1], .. ",\"x\":\"\\ud800\"}"u8]),
            ("with a lone surrogate in a name", json => [.. json[..^1], .. ",\"\\udc00\":1}"u8]),
            ("with a byte that is no UTF-8", json => [.. json[..^1], .. ",\"x\":\""u8, 0xff, .. "\"}"u8]),
            ("with an overlong NUL", json => [.. json[..^1], .. ",\"x\":\""u8, 0xc0, 0x80, .. "\"}"u8]),
            ("with a NUL that is not escaped", json => [.. json[..^1], .. ",\"x\":\""u8, 0, .. "\"}"u8]),
            ("nested 65 deep", json => Nested(json, StrictJson.MaxDepth)),
            ("nested 2,000 deep", json => Nested(json, 2000)),
        ];
        return changes.Select(change => Text($"{part} {change.Name}", attempt => make(attempt, change.Change)));
    }

    /// <summary>What a lenient reader of base64url takes for the same bytes.</summary>
    private static IEnumerable<Attack> OddText(string name, int part)
    {
        (string Name, Func<string, string> Change)[] changes =
        [
            ("with padding", text => text + "="),
            ("with a line feed in it", text => text.Insert(4, "\n")),
            ("with a space in it", text => text.Insert(4, " ")),
            ("with a plus", text => $"+{text[1..]}"),
            ("with a slash", text => $"/{text[1..]}"),
            ("with a character more", text => text.Length % 4 == 0 ? $"{text}A" : $"{text}{new string('A', 5 - (text.Length % 4))}"),
        ];
        return changes.Select(change => Text($"{name} {change.Name}", attempt =>
        {
            var parts = attempt.ByA().Split('.');
            parts[part] = change.Change(parts[part]);
            return string.Join('.', parts);
        }));
    }

    private static byte[] Nested(byte[] json, int depth) =>
        [.. json[..^1], .. ",\"x\":"u8, .. Enumerable.Repeat((byte)'[', depth), .. Enumerable.Repeat((byte)']', depth), (byte)'}'];

    private static JsonObject Json(string assertion) => assertion.Split('.') is [var header, var claims, var signature]
        ? new JsonObject { ["protected"] = header, ["payload"] = claims, ["signature"] = signature }
        : throw new ArgumentException("Expected three parts.", nameof(assertion));

    private static string Unencoded(Attempt attempt)
    {
        var parts = attempt.ByA(header => header["b64"] = false).Split('.');
        return $"{parts[0]}.{Encoding.UTF8.GetString(DecodeFromChars(parts[1]))}.{parts[2]}";
    }

    /// <summary>RFC 7797 §3: the signature counts for the claims without base64url, though they are sent with it.</summary>
    private static string SignedUnencoded(Attempt attempt)
    {
        var parts = attempt.ByA(header => header["b64"] = false).Split('.');
        var signed = Encoding.UTF8.GetBytes($"{parts[0]}.{Encoding.UTF8.GetString(DecodeFromChars(parts[1]))}");
        return $"{parts[0]}.{parts[1]}.{EncodeToString(attempt.Server.A.SignWithKey(signed))}";
    }

    private static string Encode(string text) => EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Random(int bytes) => EncodeToString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(bytes));
}
