using System.Buffers;

namespace B2BAssertions.Jose;

/// <summary>The text of a bearer token, which goes into a header: <c>b64token</c> of RFC 6750 §2.1.</summary>
public static class BearerToken
{
    public const string Scheme = "Bearer";

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    public static bool IsSound(string token) =>
        token.TrimEnd('=') is { Length: > 0 } text && !text.AsSpan().ContainsAnyExcept(Alphabet);
}
