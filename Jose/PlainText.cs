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
}
