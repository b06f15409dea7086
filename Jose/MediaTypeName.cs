namespace B2BAssertions.Jose;

/// <summary>
/// The value of a <c>typ</c> header (RFC 7515 §4.1.9): a media type, so its case does not matter (RFC 2045 §5.1), and <c>application/</c> may
/// be left out where no other slash follows.
/// </summary>
public static class MediaTypeName
{
    private const string Application = "application/";

    /// <param name="expected">Without <c>application/</c>.</param>
    public static bool Is(string? type, string expected) => string.Equals(Short(type), expected, StringComparison.OrdinalIgnoreCase);

    private static string? Short(string? type) =>
        type is not null && type.StartsWith(Application, StringComparison.OrdinalIgnoreCase) ? type[Application.Length..] : type;
}
