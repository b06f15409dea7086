using System.Formats.Asn1;

namespace B2BAssertions.KeyFiles;

/// <summary>Binary forms that keys come in, told by their first bytes, each with the command of openssl or Java that makes PEM of it.</summary>
internal static class OtherForm
{
    private const string ToPem = "in DER: expected PEM. Convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -inform DER -in OLD -out NEW";

    /// <summary>The version of a PFX (RFC 7292 §4); keys have lower ones.</summary>
    private const int Pkcs12Version = 3;

    private static readonly byte[] Jks = [0xFE, 0xED, 0xFE, 0xED];
    private static readonly byte[] Jceks = [0xCE, 0xCE, 0xCE, 0xCE];

    public static bool IsPkcs12(ReadOnlyMemory<byte> content) => KindOf(content) is Kind.Pkcs12;

    /// <summary>What it is and how to convert it, to stand after the file's name; null where that is not known.</summary>
    public static string? Describe(ReadOnlyMemory<byte> content) => KindOf(content) switch
    {
        Kind.Pkcs12 => "holds PKCS#12: expected PEM. Convert it: openssl pkcs12 -in OLD -nocerts -noenc "
            + "| openssl pkcs8 -topk8 -v2 aes-256-cbc -out NEW",
        Kind.EncryptedPkcs8 => $"holds an encrypted private key (PKCS#8) {ToPem}",
        Kind.Pkcs8 => $"holds a private key (PKCS#8) {ToPem}",
        Kind.Pkcs1 => $"holds an RSA key (PKCS#1) {ToPem}",
        Kind.Sec1 => $"holds an EC key (SEC1) {ToPem}",
        Kind.PublicKey => "holds a public key in DER and no private key",
        Kind.Certificate => "holds a certificate in DER and no private key",
        Kind.JavaKeystore => "is a keystore in a format of Java's own: expected PKCS#12. Convert it: "
            + "keytool -importkeystore -srckeystore OLD -destkeystore NEW -deststoretype PKCS12",
        _ => null,
    };

    private static Kind KindOf(ReadOnlyMemory<byte> content)
    {
        try
        {
            return content.Span.StartsWith(Jks) || content.Span.StartsWith(Jceks)
                ? Kind.JavaKeystore
                : KindOf(new AsnReader(content, AsnEncodingRules.BER).ReadSequence());
        }
        catch (AsnContentException)
        {
            return Kind.Unknown;
        }
    }

    /// <summary>RFC 5958 §2 and §3, RFC 8017 §A.1.2, RFC 5915 §3, RFC 5280 §4.1, RFC 7292 §4: no two begin alike.</summary>
    private static Kind KindOf(AsnReader members)
    {
        if (!members.IsAt(Asn1Tag.Integer))
        {
            members.ReadSequence();
            return members.IsAt(Asn1Tag.PrimitiveOctetString) ? Kind.EncryptedPkcs8
                : members.IsAt(Asn1Tag.PrimitiveBitString) ? Kind.PublicKey
                : members.IsAt(Asn1Tag.Sequence) ? Kind.Certificate
                : Kind.Unknown;
        }

        var version = members.ReadInteger();
        return version == Pkcs12Version ? Kind.Pkcs12
            : members.IsAt(Asn1Tag.Sequence) ? Kind.Pkcs8
            : members.IsAt(Asn1Tag.Integer) ? Kind.Pkcs1
            : members.IsAt(Asn1Tag.PrimitiveOctetString) ? Kind.Sec1
            : Kind.Unknown;
    }

    private enum Kind
    {
        Unknown,
        Pkcs12,
        EncryptedPkcs8,
        Pkcs8,
        Pkcs1,
        Sec1,
        PublicKey,
        Certificate,
        JavaKeystore,
    }
}
