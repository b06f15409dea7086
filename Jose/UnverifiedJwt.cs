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

    public static bool TryParse(string compact, [NotNullWhen(true)] out UnverifiedJwt? jwt)
    {
        jwt = null;
        var parts = compact.Split('.', Parts + 1);
        if (parts.Length != Parts
            || !TryReadObject(parts[0], out var header)
            || !TryReadObject(parts[1], out var claims)
            || !StrictBase64Url.TryDecode(parts[2], out _)
            || HasCriticalExtension(header))
        {
            return false;
        }

        jwt = new UnverifiedJwt(header, claims);
        return true;
    }

    /// <summary>RFC 7515 §4.1.11: none is understood here, so none may be critical.</summary>
    private static bool HasCriticalExtension(JsonElement header) => header.TryGetProperty("crit", out _);

    private static bool TryReadObject(string part, out JsonElement element)
    {
        element = default;
        return StrictBase64Url.TryDecode(part, out var utf8)
            && StrictJson.TryParse(utf8, out element)
            && element.ValueKind == JsonValueKind.Object;
    }
}
