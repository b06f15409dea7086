using B2BAssertions.Jose;

namespace B2BAssertions.ResourceServer;

/// <summary>A value of a token or a document from outside, as it stands in a log.</summary>
internal static class Printable
{
    public static string From(string? text) => string.IsNullOrEmpty(text) ? "(none)" : ForeignText.Shown(text);
}
