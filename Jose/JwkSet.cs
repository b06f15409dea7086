using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace B2BAssertions.Jose;

/// <summary>A key that was left out of a set.</summary>
/// <param name="Name">What its owner finds it by: its place in the set, and its kid where it has one.</param>
/// <param name="KeyId">Its kid, as the JWK names it; unverified, and anything may stand in it.</param>
public sealed record IgnoredJwk(string Name, string? KeyId, JwkFault Fault);

/// <summary>A JWK Set (RFC 7517 §5) of keys that may be used; what else a set from outside holds is left out and told.</summary>
public sealed class JwkSet
{
    /// <summary>The media type of a JWK Set (RFC 7517 §8.5.2).</summary>
    public const string MediaType = "application/jwk-set+json";

    public static readonly JwkSet Empty = new([], []);

    private const string KeysMember = "keys";

    private static readonly string PrivateKey = JwkFault.PrivateMember(string.Empty).Code;

    public JwkSet(IReadOnlyList<PublicJwk> keys)
        : this(keys, [])
    {
    }

    private JwkSet(IReadOnlyList<PublicJwk> keys, IReadOnlyList<IgnoredJwk> ignored)
    {
        Keys = keys;
        Ignored = ignored;
    }

    public IReadOnlyList<PublicJwk> Keys { get; }

    /// <summary>Each key that was left out, and why (RFC 7517 §5: keys that are not understood should be ignored).</summary>
    public IReadOnlyList<IgnoredJwk> Ignored { get; }

    /// <summary>
    /// Reads a set. A key that is weak, of another kind or malformed is left out (AS-04), and costs no other key anything; the value of a
    /// private member in any key refuses the whole set (JW-05), because who publishes one has lost control of it.
    /// </summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out JwkSet? set, [NotNullWhen(false)] out JwkFault? fault)
    {
        var keys = new List<ReadOnlyMemory<byte>>();
        var malformed = Split(StrictJson.WithoutByteOrderMark(utf8Json), keys);
        if (!TryReadKeys(keys, out set, out fault))
        {
            return false;
        }

        if (malformed is null)
        {
            return true;
        }

        set = null;
        fault = new JwkFault("jwks_malformed", $"The JWK Set {malformed}.");
        return false;
    }

    public static bool TryParse(string json, [NotNullWhen(true)] out JwkSet? set, [NotNullWhen(false)] out JwkFault? fault) =>
        TryParse(Encoding.UTF8.GetBytes(json), out set, out fault);

    /// <summary>The same for JSON that was read already.</summary>
    public static bool TryRead(JsonElement element, [NotNullWhen(true)] out JwkSet? set, [NotNullWhen(false)] out JwkFault? fault) =>
        TryParse(JsonMarshal.GetRawUtf8Value(element).ToArray(), out set, out fault);

    public JsonObject ToJson() => new() { [KeysMember] = new JsonArray([.. Keys.Select(key => key.ToJson())]) };

    /// <summary>
    /// Takes the set apart into the texts of its keys, which are read one by one. Members that are not understood are skipped, whatever
    /// they hold (RFC 7517 §5).
    /// </summary>
    /// <returns>What is wrong with the set itself, to go on after its name; null when it is a set.</returns>
    private static string? Split(ReadOnlyMemory<byte> utf8Json, List<ReadOnlyMemory<byte>> keys)
    {
        if (utf8Json.IsEmpty)
        {
            return "is empty";
        }

        var reader = new Utf8JsonReader(utf8Json.Span, JsonFaults.AnyDepth);
        var names = new HashSet<string>(StringComparer.Ordinal);
        string? fault = null;
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                fault = "is not a JSON object";
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                fault ??= names.Add(name) ? null : JsonFaults.Repeats(name);
                reader.Read();
                if (name == KeysMember && reader.TokenType == JsonTokenType.StartArray)
                {
                    Split(ref reader, utf8Json, keys);
                }
                else
                {
                    fault ??= name == KeysMember ? "has a member 'keys' that is not an array" : null;
                    reader.Skip();
                }
            }

            // Throws where something follows.
            reader.Read();
        }
        catch (JsonException exception)
        {
            return JsonFaults.NoJson(exception);
        }
        catch (InvalidOperationException)
        {
            return JsonFaults.NotUnicode;
        }

        if (fault is null && !names.Contains(KeysMember) && names.Contains("kty"))
        {
            keys.Add(utf8Json);
            return "is a single JWK: put it into the array 'keys' of an object";
        }

        return fault ?? (names.Contains(KeysMember) ? null : "has no member 'keys'");
    }

    private static void Split(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8Json, List<ReadOnlyMemory<byte>> keys)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            keys.Add(utf8Json[start..(int)reader.BytesConsumed]);
        }
    }

    private static bool TryReadKeys(
        List<ReadOnlyMemory<byte>> texts, [NotNullWhen(true)] out JwkSet? set, [NotNullWhen(false)] out JwkFault? fault)
    {
        set = null;
        fault = null;
        var keys = new List<PublicJwk>();
        var ignored = new List<IgnoredJwk>();
        foreach (var (index, text) in texts.Index())
        {
            if (PublicJwk.TryParse(text, out var jwk, out var keyFault))
            {
                keys.Add(jwk);
                continue;
            }

            var keyId = RawJwk.FindKeyId(text.Span);
            var name = keyId is null ? $"key {index + 1}" : $"key {index + 1}, kid '{ForeignText.Shown(keyId)}'";
            if (keyFault.Code == PrivateKey)
            {
                fault = keyFault with { Message = $"{name}: {keyFault.Message}" };
                return false;
            }

            ignored.Add(new IgnoredJwk(name, keyId, keyFault));
        }

        set = new JwkSet(keys, ignored);
        return true;
    }
}
