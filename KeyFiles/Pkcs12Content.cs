using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace B2BAssertions.KeyFiles;

/// <summary>PKCS#12 (RFC 7292) with one private key, protected by one password.</summary>
internal static class Pkcs12Content
{
    /// <summary>PKCS#9 friendlyName (RFC 2985 §5.5.1), which Java calls the alias.</summary>
    private const string FriendlyName = "1.2.840.113549.1.9.20";

    /// <summary>Ties the key to its certificate (RFC 2985 §5.5.2).</summary>
    private static readonly byte[] LocalKeyId = [1];

    /// <summary>Nobody trusts the certificate, so its end means nothing; RFC 5280 §4.1.2.5 has this one for "never".</summary>
    private static readonly DateTimeOffset Never = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>
    /// PBES2 with AES-256 for the key and a SHA-256 MAC over all. The certificate is public and left as it is. The MAC is as slow to guess
    /// at as the encryption: both are made from the password.
    /// </summary>
    public static byte[] Write(AsymmetricAlgorithm key, string alias, string password, DateTimeOffset now)
    {
        var contents = new Pkcs12SafeContents();
        using (var certificate = Wrap(key, now))
        {
            Name(contents.AddCertificate(certificate), alias);
        }

        Name(contents.AddShroudedKey(key, password, KeyFileContent.Encryption), alias);
        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(contents);
        builder.SealWithMac(password, KeyFileContent.Encryption.HashAlgorithm, KeyFileContent.Encryption.IterationCount);
        return builder.Encode();
    }

    /// <param name="password">Null when there is none.</param>
    /// <exception cref="KeyFormatException">It cannot be opened, or does not hold exactly one key.</exception>
    public static AsymmetricAlgorithm Read(ReadOnlyMemory<byte> content, IKeyPassword? password)
    {
        WorkFactor.Demand(content);
        var bags = Open(content, password);
        try
        {
            return bags switch
            {
                [Pkcs12ShroudedKeyBag bag] => Pkcs8Content.ReadEncrypted(bag.EncryptedPkcs8PrivateKey, password),
                [Pkcs12KeyBag bag] => Pkcs8Content.Read(bag.Pkcs8PrivateKey),
                [] => throw new KeyFormatException("holds no private key, only certificates at most: export it together with its key"),
                _ => throw new KeyFormatException($"holds {bags.Count} private keys: expected one. Export the one to sign with alone"),
            };
        }
        catch (CryptographicException exception)
        {
            throw new KeyFormatException(
                $"cannot be opened with the password from {password!.Origin}: its key has another, or is damaged", exception);
        }
    }

    private static List<Pkcs12SafeBag> Open(ReadOnlyMemory<byte> content, IKeyPassword? password)
    {
        var pkcs12 = Decode(content);
        if (pkcs12.IntegrityMode != Pkcs12IntegrityMode.Password)
        {
            throw new KeyFormatException("is not protected against changes by a password: expected a PKCS#12 file with a MAC");
        }

        var text = KeyImport.Demand(password);
        try
        {
            return pkcs12.VerifyMac(text)
                ? [.. pkcs12.AuthenticatedSafe.SelectMany(contents => PrivateKeys(contents, text, isEncrypted: false))]
                : throw new KeyFormatException(
                    $"cannot be opened with the password from {password!.Origin}: the password is wrong or the file is damaged");
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException or InvalidOperationException)
        {
            throw new KeyFormatException(
                "is protected in a way that is not known here: expected PBES2 with AES and a SHA-2 MAC, the default of openssl 3 and keytool",
                exception);
        }
    }

    private static Pkcs12Info Decode(ReadOnlyMemory<byte> content)
    {
        if (!OtherForm.IsPkcs12(content) && OtherForm.Describe(content) is { } otherForm)
        {
            throw new KeyFormatException($"is no PKCS#12: it {otherForm}");
        }

        try
        {
            return Pkcs12Info.Decode(content, out _);
        }
        catch (CryptographicException exception)
        {
            throw new KeyFormatException("is no PKCS#12: it is damaged or another file", exception);
        }
    }

    private static IEnumerable<Pkcs12SafeBag> PrivateKeys(Pkcs12SafeContents contents, string password, bool isEncrypted)
    {
        if (contents.ConfidentialityMode != Pkcs12ConfidentialityMode.None)
        {
            contents.Decrypt(password);
            isEncrypted = true;
        }

        return contents.GetBags().SelectMany(bag => bag switch
        {
            Pkcs12ShroudedKeyBag => [bag],
            Pkcs12KeyBag when isEncrypted => [bag],
            Pkcs12KeyBag => throw new KeyFormatException("holds a private key that is not encrypted: export it anew, with a password"),
            Pkcs12SafeContentsBag { SafeContents: { } nested } => PrivateKeys(nested, password, isEncrypted),
            _ => Enumerable.Empty<Pkcs12SafeBag>(),
        });
    }

    private static X509Certificate2 Wrap(AsymmetricAlgorithm key, DateTimeOffset now)
    {
        const string Subject = "CN=Signing key of a partner";
        var request = key switch
        {
            // PSS here too: a key is for one way of signing (RFC 8017 §10).
            RSA rsa => new CertificateRequest(Subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            ECDsa ecdsa => new CertificateRequest(Subject, ecdsa, HashAlgorithmName.SHA256),
            _ => throw new ArgumentException($"Expected an RSA or EC key, found {key.GetType().Name}.", nameof(key)),
        };
        return request.CreateSelfSigned(now, Never);
    }

    private static void Name(Pkcs12SafeBag bag, string alias)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.BMPString, alias);
        bag.Attributes.Add(new Pkcs9AttributeObject(FriendlyName, writer.Encode()));
        bag.Attributes.Add(new Pkcs9LocalKeyId(LocalKeyId));
    }
}
