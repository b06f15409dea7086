using System.Text.Json;

namespace B2BAssertions.Jose;

/// <summary>Why JSON was refused, so that its sender hears the one true reason. Each goes on after the name of the text.</summary>
internal static class JsonFaults
{
    public const string NotUnicode = "holds text that is not Unicode";

    /// <summary>For a reader that skips what it does not need: it takes no stack, so any depth will do.</summary>
    public static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private static readonly string TooDeep = $"is nested deeper than {StrictJson.MaxDepth} levels";

    /// <summary>The first fault of a text that <see cref="StrictJson"/> refused.</summary>
    public static string Of(ReadOnlySpan<byte> utf8Json)
    {
        if (utf8Json.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "is empty";
        }

        var reader = new Utf8JsonReader(utf8Json, AnyDepth);
        var objects = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth > StrictJson.MaxDepth)
                {
                    return TooDeep;
                }

                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        objects.Push(new HashSet<string>(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        objects.Pop();
                        break;
                    case JsonTokenType.PropertyName when reader.GetString() is var name && !objects.Peek().Add(name!):
                        return Repeats(name!);
                    case JsonTokenType.String:
                        _ = reader.GetString();
                        break;
                }
            }
        }
        catch (JsonException exception)
        {
            return NoJson(exception);
        }
        catch (InvalidOperationException)
        {
            return NotUnicode;
        }

        return TooDeep;
    }

    public static string Repeats(string name) => $"repeats the member '{ForeignText.Shown(name)}'";

    public static string NoJson(JsonException exception) =>
        $"is not valid JSON from line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} on";
}
