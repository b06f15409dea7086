using System.Buffers;

namespace B2BAssertions.JwksService.Partners;

/// <summary>
/// How a partner's client id may look here. It stands in the address of the partner's key set, so it is made of characters that mean
/// themselves in a path (RFC 3986 §2.3) and is no dot segment.
/// </summary>
internal static class ClientId
{
    public const int MaxLength = 100;

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public static bool IsSound(string value) =>
        value.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterOrDigit(value[0])
        && !value.AsSpan().ContainsAnyExcept(Unreserved);
}
