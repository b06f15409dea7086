using System.Formats.Asn1;
using System.Security.Cryptography;

namespace B2BAssertions.KeyFiles;

/// <summary>
/// How a PKCS#8 file is encrypted (RFC 8018, RFC 7292 §B). It stands outside the encryption, so a scheme that is not read here is told as
/// such, and not as a wrong password.
/// </summary>
internal static class EncryptionScheme
{
    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";
    private const string Convert = "Convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW";

    /// <summary>openssl 3 keeps the old ciphers apart.</summary>
    private const string ForOldCiphers = " -provider legacy -provider default";

    /// <summary>PBES1 and that of PKCS#12.</summary>
    private static readonly string[] OldSchemes = ["1.2.840.113549.1.5.", "1.2.840.113549.1.12.1."];

    /// <summary>Triple DES with SHA-1: weak, and what keytool and openssl wrote for decades.</summary>
    private static readonly string[] Pkcs12Schemes = ["1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.4"];

    /// <summary>HMAC with SHA-1, SHA-256, SHA-384 and SHA-512.</summary>
    private static readonly string[] Functions =
        ["1.2.840.113549.2.7", "1.2.840.113549.2.9", "1.2.840.113549.2.10", "1.2.840.113549.2.11"];

    /// <summary>AES-128, AES-192 and AES-256 in CBC mode, and Triple DES.</summary>
    private static readonly string[] Ciphers =
        ["2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.22", "2.16.840.1.101.3.4.1.42", "1.2.840.113549.3.7"];

    /// <summary>Names that not every platform knows.</summary>
    private static readonly Dictionary<string, string> Names = new()
    {
        ["1.3.6.1.4.1.11591.4.11"] = "scrypt",
        ["1.2.392.200011.61.1.1.1.2"] = "Camellia-128",
        ["1.2.392.200011.61.1.1.1.3"] = "Camellia-192",
        ["1.2.392.200011.61.1.1.1.4"] = "Camellia-256",
        ["1.2.410.200046.1.1.2"] = "ARIA-128",
        ["1.2.410.200046.1.1.7"] = "ARIA-192",
        ["1.2.410.200046.1.1.12"] = "ARIA-256",
        ["1.2.840.113549.2.8"] = "HMAC-SHA-224",
        ["1.2.840.113549.1.5.3"] = "PBES1 with DES",
        ["1.2.840.113549.1.5.10"] = "PBES1 with DES",
        ["1.2.840.113549.1.5.6"] = "PBES1 with RC2",
        ["1.2.840.113549.1.5.11"] = "PBES1 with RC2",
        ["1.2.840.113549.1.12.1.1"] = "RC4",
        ["1.2.840.113549.1.12.1.2"] = "RC4",
        ["1.2.840.113549.1.12.1.5"] = "RC2",
        ["1.2.840.113549.1.12.1.6"] = "RC2",
    };

    /// <exception cref="KeyFormatException">It is not read here; the message names what it is and how to convert it.</exception>
    public static void Demand(ReadOnlyMemory<byte> encryptedPkcs8)
    {
        if (FindUnread(encryptedPkcs8) is { } unread)
        {
            throw new KeyFormatException(
                $"is encrypted with {NameOf(unread)}, which is not read here: expected PBES2 with PBKDF2 and AES. {Convert}"
                + (OldSchemes.Any(prefix => unread.StartsWith(prefix, StringComparison.Ordinal)) ? ForOldCiphers : ""));
        }
    }

    /// <summary>The first algorithm that is not read here; null when each is, or the content is damaged, as its reader will say.</summary>
    private static string? FindUnread(ReadOnlyMemory<byte> encryptedPkcs8)
    {
        try
        {
            var scheme = new AsnReader(encryptedPkcs8, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            if (Read(scheme) is var name && name != Pbes2)
            {
                return Unless(Pkcs12Schemes, name);
            }

            var parameters = scheme.ReadSequence();
            var derivation = parameters.ReadSequence();
            return Read(derivation) is var function && function != Pbkdf2 ? function
                : Unless(Ciphers, Read(parameters.ReadSequence())) ?? FindUnreadFunction(derivation.ReadSequence());
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>RFC 8018 §A.2: salt, rounds, the length of the key at will, and the function, SHA-1 where it is left out.</summary>
    private static string? FindUnreadFunction(AsnReader pbkdf2)
    {
        _ = pbkdf2.ReadEncodedValue();
        while (pbkdf2.IsAt(Asn1Tag.Integer))
        {
            _ = pbkdf2.ReadEncodedValue();
        }

        return pbkdf2.HasData ? Unless(Functions, Read(pbkdf2.ReadSequence())) : null;
    }

    private static string Read(AsnReader algorithm) => algorithm.ReadObjectIdentifier();

    private static string? Unless(string[] known, string found) => known.Contains(found) ? null : found;

    private static string NameOf(string algorithm) =>
        Names.TryGetValue(algorithm, out var name) ? name : new Oid(algorithm).FriendlyName ?? algorithm;
}
