using System.Diagnostics.CodeAnalysis;

namespace B2BAssertions.Jose;

/// <summary>Text of a stranger, made fit for logs, consoles and answers: short, and with nothing in it that is not <see cref="PlainText"/>.</summary>
public static class ForeignText
{
    private const int MaxLength = 100;

    /// <returns>Null for null.</returns>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Shown(string? text) =>
        text is null ? null : PlainText.Escape(text.Length > MaxLength ? $"{text[..MaxLength]}..." : text);
}
