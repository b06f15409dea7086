using System.Security.Cryptography;
using System.Text;

using B2BAssertions.Jose;

namespace B2BAssertions.KeyFiles;

/// <summary>
/// A private key that was made elsewhere: PEM of PKCS#8 (encrypted or not), PKCS#1 or SEC1, a PKCS#12 file, or a private JWK. Read only;
/// what it comes from is left as it is.
/// </summary>
public static class KeyImport
{
    private const string Expected =
        "expected one private key: PEM (PKCS#8, encrypted or not, PKCS#1 or SEC1), PKCS#12, or a private JWK";

    private const string EncryptedPkcs8 = "ENCRYPTED PRIVATE KEY";
    private const string Pkcs8 = "PRIVATE KEY";
    private const string Pkcs1 = "RSA PRIVATE KEY";
    private const string Sec1 = "EC PRIVATE KEY";
    private const byte DerSequence = 0x30;

    private static readonly string[] PrivateLabels = [EncryptedPkcs8, Pkcs8, Pkcs1, Sec1];

    /// <summary>The key, if its kind and strength are accepted.</summary>
    /// <param name="content">What the file holds.</param>
    /// <param name="password">Asked for only when the content is encrypted; null when there is none.</param>
    /// <exception cref="KeyFormatException">It cannot be read, or is not accepted; the message says what is expected.</exception>
    public static AsymmetricAlgorithm Read(ReadOnlyMemory<byte> content, IKeyPassword? password)
    {
        var key = ReadAny(content, password);
        try
        {
            _ = PublicJwk.FromKey(key);
            return key;
        }
        catch (ArgumentException exception)
        {
            key.Dispose();

            throw new KeyFormatException($"holds a key that is not accepted. {Sentence(exception)}", exception);
        }
    }

    private static AsymmetricAlgorithm ReadAny(ReadOnlyMemory<byte> content, IKeyPassword? password)
    {
        if (content.Length > 0 && content.Span[0] == DerSequence)
        {
            return Pkcs12Content.Read(content, Demand(password), password!.Origin);
        }

        var text = Encoding.UTF8.GetString(content.Span).TrimStart('\uFEFF');
        return text.AsSpan().TrimStart().StartsWith("{")
            ? PrivateJwk.Read(Encoding.UTF8.GetBytes(text))
            : ReadPem(text, password);
    }

    private static AsymmetricAlgorithm ReadPem(string text, IKeyPassword? password)
    {
        // Not RFC 7468: such a block would be passed over as if it were not there.
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new KeyFormatException(
                "is encrypted in the old way of openssl, which is easy to guess at. Convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc");
        }

        var (label, pem) = TheOnlyKey(text);
        switch (label)
        {
            case EncryptedPkcs8:
                return Pkcs8Content.ReadEncrypted(Decode(pem), Demand(password), password!.Origin);
            case Pkcs8:
                return Pkcs8Content.Read(Decode(pem));
            default:
                return Import(label == Pkcs1 ? RSA.Create() : ECDsa.Create(), pem);
        }
    }

    private static (string Label, string Pem) TheOnlyKey(string text)
    {
        var found = PemBlocks(text).ToList();
        var keys = found.Where(block => PrivateLabels.Contains(block.Label)).ToList();
        return keys switch
        {
            [var key] => key,
            [] when found.Count > 0 => throw new KeyFormatException($"holds a '{found[0].Label}' and no private key: {Expected}"),
            [] => throw new KeyFormatException($"holds no key that is known here: {Expected}"),
            _ => throw new KeyFormatException($"holds {keys.Count} private keys: expected one. Save the key to sign with alone"),
        };
    }

    private static IEnumerable<(string Label, string Pem)> PemBlocks(string text)
    {
        while (PemEncoding.TryFind(text, out var fields))
        {
            yield return (text[fields.Label], text[fields.Location]);
            text = text[fields.Location.End..];
        }
    }

    private static byte[] Decode(string pem) =>
        Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);

    private static AsymmetricAlgorithm Import(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new KeyFormatException("holds a private key that is damaged or not of an accepted kind", exception);
        }
    }

    private static string Demand(IKeyPassword? password) => password?.Read()
        ?? throw new KeyFormatException("is encrypted: expected the password that opens it as well");

    /// <summary>Without the name of the parameter.</summary>
    private static string Sentence(ArgumentException exception) => exception.Message.Split(" (Parameter")[0].TrimEnd('.');
}
