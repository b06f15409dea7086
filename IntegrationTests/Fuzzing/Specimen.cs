using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace B2BAssertions.IntegrationTests.Fuzzing;

internal enum JwtPart
{
    Header,
    Claims,
}

/// <summary>
/// A right JWT and what it takes to sign it again. Its members are kept as text, because a mutant may repeat one; nothing in them is
/// escaped, so that no two spellings of a byte mean the same.
/// </summary>
internal sealed class Specimen(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string Name, string Raw)>[] _parts = [Members(header), Members(claims)];

    private string? _text;

    /// <summary>The JWT itself; the same at every look, though signatures are random.</summary>
    public string Text => _text ??= Signed(Json(JwtPart.Header), Json(JwtPart.Claims));

    public IEnumerable<string> Names(JwtPart part) => _parts[(int)part].Select(member => member.Name);

    public string Raw(JwtPart part, string name) => _parts[(int)part].Single(member => member.Name == name).Raw;

    public byte[] Json(JwtPart part) => Json(_parts[(int)part]);

    /// <summary>With another value of a member, or with a new one, signed again.</summary>
    public string With(JwtPart part, string name, string raw) =>
        Replaced(part, Json([.. _parts[(int)part].Where(member => member.Name != name), (name, raw)]), signAgain: true);

    /// <summary>Without a member, signed again.</summary>
    public string Without(JwtPart part, string name) =>
        Replaced(part, Json([.. _parts[(int)part].Where(member => member.Name != name)]), signAgain: true);

    /// <summary>With a member once more, signed again.</summary>
    public string And(JwtPart part, string name, string raw) => Replaced(part, Json([.. _parts[(int)part], (name, raw)]), signAgain: true);

    /// <summary>With other bytes as header or claims, under a new signature or under the old one.</summary>
    public string Replaced(JwtPart part, byte[] json, bool signAgain)
    {
        var newHeader = part == JwtPart.Header ? json : Json(JwtPart.Header);
        var newClaims = part == JwtPart.Claims ? json : Json(JwtPart.Claims);
        return signAgain ? Signed(newHeader, newClaims) : Encoded(newHeader, newClaims) + Text[Text.LastIndexOf('.')..];
    }

    private string Signed(byte[] newHeader, byte[] newClaims)
    {
        var input = Encoded(newHeader, newClaims);
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Encoded(byte[] newHeader, byte[] newClaims) => $"{Base64Url.EncodeToString(newHeader)}.{Base64Url.EncodeToString(newClaims)}";

    private static byte[] Json(IEnumerable<(string Name, string Raw)> members) =>
        Encoding.UTF8.GetBytes($"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Raw}"))}}}");

    private static List<(string Name, string Raw)> Members(JsonObject json) => [.. json.Select(member => (member.Key, member.Value!.ToJsonString(Plain)))];
}
