using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace B2BAssertions.KeyFiles;

/// <summary>PKCS#8 (RFC 5958) of either kind of key; which it is stands inside.</summary>
internal static class Pkcs8Content
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string RsaPss = "1.2.840.113549.1.1.10";
    private const string EllipticCurve = "1.2.840.10045.2.1";
    private const string NewKey = "have a new one made: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072";

    private static readonly Asn1Tag CurveTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag PointTag = new(TagClass.ContextSpecific, 1);

    /// <summary>Names that not every platform knows.</summary>
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["1.3.101.110"] = "X25519",
        ["1.3.101.111"] = "X448",
        ["1.3.101.112"] = "Ed25519",
        ["1.3.101.113"] = "Ed448",
        ["1.2.840.10040.4.1"] = "DSA",
        ["2.16.840.1.101.3.4.3.17"] = "ML-DSA-44",
        ["2.16.840.1.101.3.4.3.18"] = "ML-DSA-65",
        ["2.16.840.1.101.3.4.3.19"] = "ML-DSA-87",
    };

    /// <param name="password">Null when there is none.</param>
    /// <exception cref="KeyFormatException">It cannot be opened, or is of another kind.</exception>
    public static AsymmetricAlgorithm ReadEncrypted(ReadOnlyMemory<byte> content, IKeyPassword? password)
    {
        EncryptionScheme.Demand(content);
        WorkFactor.Demand(content);
        var text = KeyImport.Demand(password);
        Pkcs8PrivateKeyInfo info;
        try
        {
            info = Pkcs8PrivateKeyInfo.DecryptAndDecode(text, content, out _);
        }
        catch (CryptographicException exception)
        {
            throw new KeyFormatException(
                $"cannot be opened with the password from {password!.Origin}: the password is wrong or the file is damaged", exception);
        }

        return Import(info);
    }

    /// <exception cref="KeyFormatException">It is damaged, or of another kind.</exception>
    public static AsymmetricAlgorithm Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            return Import(Pkcs8PrivateKeyInfo.Decode(content, out _));
        }
        catch (CryptographicException exception)
        {
            throw new KeyFormatException("holds a private key that is damaged", exception);
        }
    }

    /// <param name="content">RSAPrivateKey (RFC 8017 §A.1.2), as PKCS#1 and PKCS#8 have it.</param>
    /// <exception cref="KeyFormatException">It is damaged, or of more than two primes.</exception>
    public static RSA ReadRsa(ReadOnlyMemory<byte> content)
    {
        // The platform reads such a key and signs with it, but writes it nowhere.
        if (Ask(content, key => key.ReadInteger() > 0))
        {
            throw new KeyFormatException($"holds an RSA key of more than two primes, which is not accepted: {NewKey}");
        }

        return Import(RSA.Create(), key => key.ImportRSAPrivateKey(content.Span, out _));
    }

    /// <param name="content">ECPrivateKey (RFC 5915 §3), as SEC1 has it.</param>
    /// <exception cref="KeyFormatException">It is damaged, or in a form that the platform does not read.</exception>
    public static ECDsa ReadEc(ReadOnlyMemory<byte> content)
    {
        DemandPlainPoint(content);
        if (Ask(content, key => HasCurveWrittenOut(ReadPast(key, CurveTag))))
        {
            throw CurveWrittenOut();
        }

        return Import(ECDsa.Create(), key => key.ImportECPrivateKey(content.Span, out _));
    }

    private static AsymmetricAlgorithm Import(Pkcs8PrivateKeyInfo info) => info.AlgorithmId.Value switch
    {
        Rsa => ReadRsa(info.PrivateKeyBytes),
        RsaPss => PssParameters.Permit(info.AlgorithmParameters)
            ? ReadRsa(info.PrivateKeyBytes)
            : throw new KeyFormatException($"holds an RSASSA-PSS key whose parameters (RFC 4055 §3.1) do not allow PS256: {NewKey}"),
        EllipticCurve => ReadEc(info),
        var other => throw new KeyFormatException(
            $"holds a key of the kind {Kinds.GetValueOrDefault(other ?? "") ?? info.AlgorithmId.FriendlyName ?? other}: "
            + $"expected an RSA key or an EC key on P-256; {NewKey}"),
    };

    private static ECDsa ReadEc(Pkcs8PrivateKeyInfo info)
    {
        DemandPlainPoint(info.PrivateKeyBytes);
        if (info.AlgorithmParameters is { } curve && HasCurveWrittenOut(new AsnReader(curve, AsnEncodingRules.BER)))
        {
            throw CurveWrittenOut();
        }

        return Import(ECDsa.Create(), key => key.ImportPkcs8PrivateKey(info.Encode(), out _));
    }

    /// <summary>SEC 1 §2.3.3 has a form of half the length, from which the platform makes no point.</summary>
    private static void DemandPlainPoint(ReadOnlyMemory<byte> content)
    {
        const byte Even = 2;
        const byte Odd = 3;
        if (Ask(content, key => ReadPast(key, CurveTag, PointTag) is { } point && point.ReadBitString(out _) is [Even or Odd, ..]))
        {
            throw new KeyFormatException(
                "holds an EC key whose public point is compressed: expected an uncompressed one. Convert it: "
                + "openssl pkey -aes256 -ec_conv_form uncompressed -in OLD -out NEW");
        }
    }

    private static bool HasCurveWrittenOut(AsnReader? curve) => curve?.IsAt(Asn1Tag.Sequence) == true;

    private static KeyFormatException CurveWrittenOut() => new(
        "holds an EC key whose curve is written out: expected P-256 by its name. Convert it: "
        + "openssl pkey -aes256 -ec_param_enc named_curve -in OLD -out NEW");

    /// <summary>What is after version and private key under these tags; the last one, null when it is not there.</summary>
    private static AsnReader? ReadPast(AsnReader key, params Asn1Tag[] tags)
    {
        _ = key.ReadInteger();
        _ = key.ReadOctetString();
        AsnReader? found = null;
        foreach (var tag in tags)
        {
            found = key.ReadInside(tag);
        }

        return found;
    }

    /// <summary>False of content that is damaged, as its reader will say.</summary>
    private static bool Ask(ReadOnlyMemory<byte> content, Func<AsnReader, bool> question)
    {
        try
        {
            return question(new AsnReader(content, AsnEncodingRules.BER).ReadSequence());
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static T Import<T>(T key, Action<T> import)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            return key;
        }
        catch (CryptographicException exception)
        {
            key.Dispose();
            throw new KeyFormatException("holds a private key that is damaged or not of an accepted kind", exception);
        }
    }
}
