using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace B2BAssertions.Jose;

/// <summary>A JWK Set (RFC 7517 §5) of keys that may be used; what else a set from outside holds is left out and told.</summary>
public sealed class JwkSet
{
    /// <summary>The media type of a JWK Set (RFC 7517 §8.5.2).</summary>
    public const string MediaType = "application/jwk-set+json";

    public static readonly JwkSet Empty = new([], []);

    private static readonly JwkFault Malformed =
        new("jwks_malformed", "The JWK Set is no JSON object with an array 'keys', or repeats a member.");

    public JwkSet(IReadOnlyList<PublicJwk> keys)
        : this(keys, [])
    {
    }

    private JwkSet(IReadOnlyList<PublicJwk> keys, IReadOnlyList<JwkFault> ignored)
    {
        Keys = keys;
        Ignored = ignored;
    }

    public IReadOnlyList<PublicJwk> Keys { get; }

    /// <summary>Why each key that was left out was left out (RFC 7517 §5: keys that are not understood should be ignored).</summary>
    public IReadOnlyList<JwkFault> Ignored { get; }

    /// <summary>
    /// Reads a set. A key that is weak or of another kind is left out (AS-04); a private member in any key refuses the whole set
    /// (JW-05), because who publishes one has lost control of it.
    /// </summary>
    public static bool TryParse(string json, [NotNullWhen(true)] out JwkSet? set, [NotNullWhen(false)] out JwkFault? fault)
    {
        if (StrictJson.TryParse(json, out var element))
        {
            return TryRead(element, out set, out fault);
        }

        set = null;
        fault = Malformed;
        return false;
    }

    /// <summary>The same for JSON that was read already, strictly.</summary>
    public static bool TryRead(JsonElement element, [NotNullWhen(true)] out JwkSet? set, [NotNullWhen(false)] out JwkFault? fault)
    {
        set = null;
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("keys", out var members)
            || members.ValueKind != JsonValueKind.Array)
        {
            fault = Malformed;
            return false;
        }

        return TryReadKeys(members, out set, out fault);
    }

    public JsonObject ToJson() => new() { ["keys"] = new JsonArray([.. Keys.Select(key => key.ToJson())]) };

    private static bool TryReadKeys(JsonElement members, [NotNullWhen(true)] out JwkSet? set, [NotNullWhen(false)] out JwkFault? fault)
    {
        set = null;
        fault = null;
        var keys = new List<PublicJwk>();
        var ignored = new List<JwkFault>();
        foreach (var member in members.EnumerateArray())
        {
            if (PublicJwk.TryRead(member, out var jwk, out var keyFault))
            {
                keys.Add(jwk);
            }
            else if (keyFault.Code == JwkFault.PrivateMember(string.Empty).Code)
            {
                fault = keyFault;
                return false;
            }
            else
            {
                ignored.Add(keyFault);
            }
        }

        set = new JwkSet(keys, ignored);
        return true;
    }
}
