using System.Text.Json;

namespace B2BAssertions.CommandLines;

/// <summary>A member of JSON as people see it.</summary>
/// <param name="Heading">In a table in upper case, in a block as it is.</param>
public sealed record Column(string Heading, string Member)
{
    /// <summary>By the members' names: every time of the APIs ends so.</summary>
    private bool IsTime => Member is "at" || Member.EndsWith("At", StringComparison.Ordinal);

    public string TextIn(JsonElement item) =>
        item.TryGetProperty(Member, out var value) && Read(value) is { Length: > 0 } text ? TerminalText.Of(text) : TimeText.Nothing;

    private string? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Read)),
        JsonValueKind.String when IsTime && value.TryGetDateTimeOffset(out var time) => TimeText.Of(time),
        _ => value.ToString(),
    };
}
