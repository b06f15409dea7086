namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>Reads the body of an answer up to a bound, whatever it claims its length to be (JW-05).</summary>
internal static class JwksBody
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Null when there is more; the rest stays unread.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxBytes)
        {
            return null;
        }

        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxBytes ? default(ReadOnlyMemory<byte>?) : buffer.AsMemory(0, length);
    }
}
