using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace B2BAssertions.Jose;

/// <summary>Reading JSON from outside: a repeated member or a wrong type is a fault, never a guess (RFC 8725 §2.4, §3.12).</summary>
public static class StrictJson
{
    /// <summary>Of arrays and objects in each other (RFC 8259 §9 leaves it to the reader): deeper than any member that has a meaning here.</summary>
    public const int MaxDepth = 64;

    /// <summary>The last second of the year 9999.</summary>
    private const double MaxNumericDate = 253402300799;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryParse(string json, out JsonElement element) => TryParse(json, out element, out _);

    public static bool TryParse(ReadOnlyMemory<byte> utf8Json, out JsonElement element) => TryParse(utf8Json, out element, out _);

    /// <param name="fault">What is wrong, to go on after the name of the text: "is not valid JSON", "repeats the member 'x'".</param>
    public static bool TryParse(string json, out JsonElement element, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            return TryParse(Utf8.GetBytes(json), out element, out fault);
        }
        catch (EncoderFallbackException)
        {
            element = default;
            fault = JsonFaults.NotUnicode;
            return false;
        }
    }

    /// <inheritdoc cref="TryParse(string, out JsonElement, out string?)"/>
    public static bool TryParse(ReadOnlyMemory<byte> utf8Json, out JsonElement element, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        try
        {
            using var document = JsonDocument.Parse(utf8Json, Options);
            element = document.RootElement.Clone();
            fault = element.IsReadable() ? null : JsonFaults.NotUnicode;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The last: the parser's answer to a name that is no Unicode.
            element = default;
            fault = JsonFaults.Of(utf8Json.Span);
        }

        return fault is null;
    }

    /// <summary>A document without the byte order mark that it may begin with: nobody should write one, and a reader may skip it (RFC 8259 §8.1).</summary>
    public static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> utf8Json) =>
        utf8Json.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8Json[Encoding.UTF8.Preamble.Length..] : utf8Json;

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

    public static bool IsEmptyArray(this JsonElement element) => element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 0;

    /// <summary>The first of these members that is there but no string.</summary>
    public static string? HasNonString(this JsonElement element, params IEnumerable<string> names) =>
        names.FirstOrDefault(name => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.String);

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
