using System.Globalization;
using System.Text.Json;

namespace B2BAssertions.JwksService.Commands;

/// <summary>A member of the API's JSON as people see it.</summary>
/// <param name="Heading">In a table in upper case, in a block as it is.</param>
internal sealed record Column(string Heading, string Member)
{
    private const string Nothing = "-";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>By the members' names: every time of the API ends so.</summary>
    private bool IsTime => Member is "at" || Member.EndsWith("At", StringComparison.Ordinal);

    public string TextIn(JsonElement item) =>
        item.TryGetProperty(Member, out var value) && Read(value) is { Length: > 0 } text ? TerminalText.Of(text) : Nothing;

    private string? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Read)),
        JsonValueKind.String when IsTime && value.TryGetDateTimeOffset(out var time) =>
            time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
