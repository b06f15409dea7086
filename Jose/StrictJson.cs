using System.Text.Json;

namespace B2BAssertions.Jose;

/// <summary>Reading JSON from outside: a repeated member or a wrong type is a fault, never a guess (RFC 8725 §2.4, §3.12).</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>The last second of the year 9999.</summary>
    private const double MaxNumericDate = 253402300799;

    public static bool TryParse(string json, out JsonElement element) => TryParse(() => JsonDocument.Parse(json, Options), out element);

    public static bool TryParse(ReadOnlyMemory<byte> utf8Json, out JsonElement element) =>
        TryParse(() => JsonDocument.Parse(utf8Json, Options), out element);

    /// <summary>The member's value; null when it is missing or no string.</summary>
    public static string? GetOptionalString(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>
    /// A time as whole seconds since 1970 (RFC 7519 §2, NumericDate: fractions are allowed, text is not); null when it is missing, no
    /// number, negative, or after the year 9999, as a time in milliseconds is.
    /// </summary>
    public static long? GetOptionalNumericDate(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds)
        && seconds is >= 0 and <= MaxNumericDate
            ? (long)seconds
            : null;

    /// <summary>The first of these members that is there but no string.</summary>
    internal static string? HasNonString(this JsonElement element, params string[] names) =>
        Array.Find(names, name => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.String);

    /// <summary>
    /// Whether every name and string is Unicode text: a lone surrogate, or bytes that are no UTF-8, pass the parser and would throw
    /// when they are read.
    /// </summary>
    internal static bool IsReadable(this JsonElement element)
    {
        try
        {
            ReadAll(element);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryParse(Func<JsonDocument> parse, out JsonElement element)
    {
        element = default;
        try
        {
            using var document = parse();
            element = document.RootElement.Clone();
            return element.IsReadable();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // The last two: the parser's answer to text that is no Unicode.
            return false;
        }
    }

    private static void ReadAll(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadAll(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadAll(item);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
        }
    }
}
