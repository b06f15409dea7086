using System.Security.Cryptography;
using System.Text;

namespace B2BAssertions.KeyFiles;

/// <summary>The one private key among the blocks of a PEM file (RFC 7468).</summary>
/// <param name="Content">DER.</param>
internal sealed record PemKey(string Label, ReadOnlyMemory<byte> Content)
{
    public const string EncryptedPkcs8 = "ENCRYPTED PRIVATE KEY";
    public const string Pkcs8 = "PRIVATE KEY";
    public const string Pkcs1 = "RSA PRIVATE KEY";
    public const string Sec1 = "EC PRIVATE KEY";

    private const string OpenSsh = "OPENSSH PRIVATE KEY";
    private const string Beginning = "-----BEGIN ";

    private static readonly string[] PrivateLabels = [EncryptedPkcs8, Pkcs8, Pkcs1, Sec1];

    /// <summary>
    /// The text of a file that somebody's editor or shell wrote: UTF-8, or what its byte order mark says, such as the UTF-16 of Windows
    /// PowerShell.
    /// </summary>
    /// <exception cref="KeyFormatException">It is no text.</exception>
    public static string ReadText(ReadOnlyMemory<byte> content)
    {
        if (OtherForm.Describe(content) is { } otherForm)
        {
            throw new KeyFormatException(otherForm);
        }

        using var reader = new StreamReader(new MemoryStream(content.ToArray()), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        var text = reader.ReadToEnd();
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new KeyFormatException("is no text, or text in UTF-16 without a byte order mark: save it as UTF-8")
            : text;
    }

    /// <exception cref="KeyFormatException">There is none, or more than one.</exception>
    public static PemKey Find(string text, string expected)
    {
        // Not RFC 7468: such a block would be passed over as if it were not there.
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new KeyFormatException(
                "is encrypted in the old way of openssl, which is easy to guess at. Convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc "
                + "-in OLD -out NEW");
        }

        var found = BlocksOf(text).ToList();
        return found.FindAll(block => PrivateLabels.Contains(block.Label)) switch
        {
            [var key] => key,
            [] => throw new KeyFormatException(WhyNone(text, found, expected)),
            var keys => throw new KeyFormatException($"holds {keys.Count} private keys: expected one. Save the key to sign with alone"),
        };
    }

    private static IEnumerable<PemKey> BlocksOf(string text)
    {
        while (PemEncoding.TryFind(text, out var fields))
        {
            yield return new PemKey(text[fields.Label], Convert.FromBase64String(text[fields.Base64Data]));
            text = text[fields.Location.End..];
        }
    }

    private static string WhyNone(string text, List<PemKey> found, string expected) => found switch
    {
        _ when found.Exists(block => block.Label == OpenSsh) =>
            "holds a key in OpenSSH's own format. Convert a copy of it: ssh-keygen -p -m PKCS8 -f COPY",
        _ when found.Find(block => block.Label.EndsWith(Pkcs8, StringComparison.Ordinal)) is { } other =>
            $"holds a '{other.Label}', which is not read here: {expected}",
        [var first, ..] => $"holds a '{first.Label}' and no private key: {expected}",
        [] when text.Contains(Beginning, StringComparison.Ordinal) && text.Contains(@"\n", StringComparison.Ordinal) =>
            @"holds PEM text with the two characters \n in place of line breaks, as JSON has them: expected line breaks",
        [] when text.Contains(Beginning, StringComparison.Ordinal) =>
            $"holds PEM text that is cut off or damaged: {expected}",
        [] => $"holds no PEM text, and no key that is known here: {expected}",
    };
}
