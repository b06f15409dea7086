using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The lists of what a server supports, in its metadata (RFC 8414 §2).</summary>
internal static class Offers
{
    /// <summary>What stands for a list that is not there: it proves nothing, as the check of the token will tell.</summary>
    public const string NotStated = "not stated";

    /// <returns>Null when the metadata does not have the list.</returns>
    public static IReadOnlyList<string>? Find(JsonElement metadata, string name) =>
        metadata.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : null;

    /// <summary>To stand in a sentence.</summary>
    public static string Show(IReadOnlyList<string> offered) =>
        offered.Count == 0 ? "nothing" : ForeignText.Shown(string.Join(", ", offered));
}
