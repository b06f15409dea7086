using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace B2BAssertions.Jose;

/// <summary>
/// Header and claims of a signed JWT as they came, read strictly, before anything is verified: three parts (RFC 7515 §7.1), two JSON
/// objects without repeated members, no critical extension.
/// </summary>
public sealed class UnverifiedJwt
{
    private const int Parts = 3;

    private UnverifiedJwt(JsonElement header, JsonElement claims)
    {
        Header = header;
        Claims = claims;
    }

    public JsonElement Header { get; }

    public JsonElement Claims { get; }

    public static bool TryParse(string compact, [NotNullWhen(true)] out UnverifiedJwt? jwt) => TryParse(compact, out jwt, out _);

    /// <param name="fault">What was found instead of a signed JWT; never a part of it, which may be a credential.</param>
    public static bool TryParse(string compact, [NotNullWhen(true)] out UnverifiedJwt? jwt, [NotNullWhen(false)] out string? fault)
    {
        jwt = null;
        var parts = compact.Split('.', Parts + 1);
        if (parts.Length != Parts)
        {
            fault = $"{compact.Count(character => character == '.') + 1} parts instead of {Parts}";
            return false;
        }

        if (!TryReadObject("a header", parts[0], out var header, out fault) || !TryReadObject("a payload", parts[1], out var claims, out fault))
        {
            return false;
        }

        if (!StrictBase64Url.TryDecode(parts[2], out _))
        {
            fault = $"a signature that {NoBase64Url}";
            return false;
        }

        // RFC 7515 §4.1.11: no extension is understood here, so none may be critical.
        if (header.TryGetProperty("crit", out _))
        {
            fault = "a header with crit";
            return false;
        }

        jwt = new UnverifiedJwt(header, claims);
        return true;
    }

    private const string NoBase64Url = "is empty or not base64url without padding";

    private static bool TryReadObject(string name, string part, out JsonElement element, [NotNullWhen(false)] out string? fault)
    {
        element = default;
        if (!StrictBase64Url.TryDecode(part, out var utf8))
        {
            fault = $"{name} that {NoBase64Url}";
        }
        else if (!StrictJson.TryParse(utf8, out element, out fault))
        {
            fault = $"{name} that {fault}";
        }
        else if (element.ValueKind != JsonValueKind.Object)
        {
            fault = $"{name} that is not a JSON object";
        }

        return fault is null;
    }
}
