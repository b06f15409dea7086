using System.Globalization;

namespace B2BAssertions.CommandLines;

/// <summary>
/// Text from a server, made fit for a terminal: without control characters, which could write over other lines, and without marks that
/// turn the direction of what follows. Never cut, because kids and addresses are copied from it.
/// </summary>
public static class TerminalText
{
    public static string Of(string text) => string.Concat(text.Select(character => IsHarmless(character) ? character : '?'));

    private static bool IsHarmless(char character) => char.GetUnicodeCategory(character) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
