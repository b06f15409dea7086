using System.Text.Json;

namespace B2BAssertions.Jose;

/// <summary>
/// What can be told of a JWK before it is read strictly: a private key gives itself away, and a key is called by its name, though it repeats a
/// member or holds text that is not Unicode.
/// </summary>
internal static class RawJwk
{
    /// <summary>
    /// The first private member that holds a value: any text in it, or in whatever it holds. Null, a number or an empty array are no key
    /// material: serializers write them into public keys.
    /// </summary>
    public static string? FindPrivateValue(ReadOnlySpan<byte> jwk) => Find(
        jwk,
        static (ref Utf8JsonReader reader, string name) => PublicJwk.PrivateMembers.Contains(name) && HoldsText(ref reader) ? name : null);

    /// <summary>The kid, as the JWK names it.</summary>
    public static string? FindKeyId(ReadOnlySpan<byte> jwk) => Find(
        jwk,
        static (ref Utf8JsonReader reader, string name) => name == "kid" && reader.TokenType == JsonTokenType.String ? reader.GetString() : null);

    private delegate string? Look(ref Utf8JsonReader value, string name);

    /// <summary>What is found first among the members of the JWK; null also where there is no object.</summary>
    private static string? Find(ReadOnlySpan<byte> jwk, Look look)
    {
        var reader = new Utf8JsonReader(jwk, JsonFaults.AnyDepth);
        try
        {
            while (reader.Read() && reader.CurrentDepth <= 1)
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                var name = Text(ref reader);
                reader.Read();
                if (look(ref reader, name) is { } found)
                {
                    return found;
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a kid that is not Unicode: both are told where the JWK is read.
        }

        return null;
    }

    private static string Text(ref Utf8JsonReader name)
    {
        try
        {
            return name.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>Leaves the reader where a skip goes on to the next member.</summary>
    private static bool HoldsText(ref Utf8JsonReader value)
    {
        var depth = value.CurrentDepth;
        while (value.TokenType != JsonTokenType.String || value.ValueSpan.IsEmpty)
        {
            var isWhole = value.CurrentDepth == depth && value.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
            if (isWhole || !value.Read())
            {
                return false;
            }
        }

        return true;
    }
}
