using System.Text;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Reads the body of an answer up to a bound, whatever it claims its length to be (JW-05).</summary>
internal static class JwksBody
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Null when there is more; the rest stays unread. JSON is UTF-8, whatever charset its type names (RFC 8259 §8.1).</summary>
    public static async Task<string?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxBytes)
        {
            return null;
        }

        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxBytes ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }
}
