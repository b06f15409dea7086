using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>
/// An enrolment token as the partner holds it. Here it is known by its hash alone; a plain SHA-256 is enough, because a token is random
/// and long, so nobody can guess his way through.
/// </summary>
internal static class EnrolmentTokenText
{
    public const int MinLength = 32;
    public const int MaxLength = 512;

    /// <summary>Random bytes of a new token.</summary>
    private const int RandomBytes = 32;

    /// <summary>The b64token of RFC 6750 §2.1, without its padding and without the dot, by which access tokens are told apart.</summary>
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~+/");

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>An access token is a JWS in compact form, whose three parts are separated by dots (RFC 7515 §7.1).</summary>
    public static bool IsNoAccessToken(string text) => !text.Contains('.', StringComparison.Ordinal);

    public static bool IsStrong(string text) =>
        text.Length is >= MinLength and <= MaxLength && !text.AsSpan().TrimEnd('=').ContainsAnyExcept(Alphabet);

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
