using System.Formats.Asn1;
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

    /// <summary>The key, if its kind and strength are accepted and it can be stored.</summary>
    /// <param name="content">What the file holds.</param>
    /// <param name="password">Asked for only when the content is encrypted; null when there is none.</param>
    /// <exception cref="KeyFormatException">It cannot be read, or is not accepted; the message says what is expected.</exception>
    public static ImportedKey Read(ReadOnlyMemory<byte> content, IKeyPassword? password)
    {
        try
        {
            var imported = ReadAny(content, password);
            Demand(imported.Key);
            return imported;
        }
        catch (Exception exception) when (IsFaultOfContent(exception))
        {
            // What no check foresaw is still a fault of the file, and not of this program.
            throw new KeyFormatException("holds a private key that is damaged or not of an accepted kind", exception);
        }
    }

    /// <summary>What the platform's readers of keys throw; most, but not all, of it is documented.</summary>
    internal static bool IsFaultOfContent(Exception exception) => exception
        is CryptographicException or AsnContentException or ArgumentException or FormatException
        or InvalidOperationException or NotSupportedException or OverflowException;

    /// <exception cref="KeyFormatException">There is none.</exception>
    internal static string Demand(IKeyPassword? password) => password?.Read()
        ?? throw new KeyFormatException("is encrypted: expected the password that opens it as well");

    /// <summary>Without the name of the parameter.</summary>
    internal static string Sentence(ArgumentException exception) => exception.Message.Split(" (Parameter")[0].TrimEnd('.');

    private static ImportedKey ReadAny(ReadOnlyMemory<byte> content, IKeyPassword? password)
    {
        if (OtherForm.IsPkcs12(content))
        {
            return new ImportedKey(Pkcs12Content.Read(content, password));
        }

        var text = PemKey.ReadText(content);
        if (text.AsSpan().TrimStart().StartsWith("{"))
        {
            return PrivateJwk.Read(Encoding.UTF8.GetBytes(text));
        }

        var key = PemKey.Find(text, Expected);
        return new ImportedKey(key.Label switch
        {
            PemKey.EncryptedPkcs8 => Pkcs8Content.ReadEncrypted(key.Content, password),
            PemKey.Pkcs8 => Pkcs8Content.Read(key.Content),
            PemKey.Pkcs1 => Pkcs8Content.ReadRsa(key.Content),
            _ => Pkcs8Content.ReadEc(key.Content),
        });
    }

    /// <summary>What is stored is what the store writes, so it has to be able to.</summary>
    private static void Demand(AsymmetricAlgorithm key)
    {
        try
        {
            _ = PublicJwk.FromKey(key);
            CryptographicOperations.ZeroMemory(key.ExportPkcs8PrivateKey());
        }
        catch (ArgumentException exception)
        {
            key.Dispose();
            throw new KeyFormatException($"holds a key that is not accepted. {Sentence(exception)}", exception);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}

/// <summary>A key that was made elsewhere.</summary>
/// <param name="KeyId">The <c>kid</c> that it came with, as a JWK may; null without one.</param>
public sealed record ImportedKey(AsymmetricAlgorithm Key, string? KeyId = null) : IDisposable
{
    public void Dispose() => Key.Dispose();
}
