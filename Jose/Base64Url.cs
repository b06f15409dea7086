using System.Buffers;
using System.Diagnostics.CodeAnalysis;

using Decoder = System.Buffers.Text.Base64Url;

namespace B2BAssertions.Jose;

/// <summary>base64url as JOSE writes it: no padding, no line breaks, no other alphabet (RFC 7515 §2).</summary>
internal static class Base64Url
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>False for missing, empty or unsound text.</summary>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAnyExcept(Alphabet) || !Decoder.IsValid(text))
        {
            return false;
        }

        bytes = Decoder.DecodeFromChars(text);
        return true;
    }
}
