using System.Diagnostics.CodeAnalysis;

namespace B2BAssertions.Jose;

/// <summary>Text of a stranger, made fit for logs, consoles and answers: short, and without control characters.</summary>
public static class ForeignText
{
    private const int MaxLength = 100;

    /// <returns>Null for null.</returns>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Shown(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var cut = text.Length > MaxLength ? $"{text[..MaxLength]}..." : text;
        return string.Concat(cut.Select(character => char.IsControl(character) ? '?' : character));
    }
}
