using System.Globalization;
using System.Text;

namespace B2BAssertions.Jose;

/// <summary>
/// Text of one line that looks like what it is: no control characters, line or paragraph separators, and nothing that is invisible or
/// changes the direction of the text around it (Unicode's category Format). So it cannot forge a line of a log or of a console.
/// </summary>
public static class PlainText
{
    public static bool Is(string text) => text.EnumerateRunes().All(Is);

    public static bool Is(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>The text with every character that is not plain written as JSON would escape it: <c>\u202E</c>.</summary>
    public static string Escape(string text) => text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? string.Concat(text.EnumerateRunes().Select(rune => Is(rune) ? rune.ToString() : Escape(rune)))
        : text;

    private static string Escape(Rune rune) => string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:X4}"));
}
