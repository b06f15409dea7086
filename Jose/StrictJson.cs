using System.Text.Json;

namespace B2BAssertions.Jose;

/// <summary>Reading JSON that came from outside: a repeated member or a wrong type is a fault, never a guess (RFC 8725 §2.4, §3.12).</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static bool TryParse(string json, out JsonElement element)
    {
        element = default;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            element = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The member's value; null when it is missing or no string.</summary>
    public static string? GetOptionalString(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The first of these members that is there but no string.</summary>
    internal static string? HasNonString(this JsonElement element, params string[] names) =>
        Array.Find(names, name => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.String);
}
