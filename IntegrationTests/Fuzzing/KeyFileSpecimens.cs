using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;

using B2BAssertions.IntegrationTests.KeyFilesTests;
using B2BAssertions.IntegrationTests.PartnerClientTests;

using CsCheck;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>A key file that was right before something was done to it.</summary>
/// <param name="Kind">What kind of file and of mutation, for the count of each.</param>
internal sealed record KeyFileMutant(string Kind, string What, byte[] Content)
{
    public override string ToString() => $"{Kind}, {What}: {Convert.ToBase64String(Content)}";
}

/// <summary>Each form of key that is read, and DER that is only named; mutated as a file, and in the DER within PEM and within the encryption.</summary>
internal sealed class KeyFileSpecimens : IDisposable
{
    private const int FewRounds = 100;

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    public Gen<KeyFileMutant> Mutants() => Gen.OneOf(
        OfFile("PKCS#8 RSA", Pem("PRIVATE KEY", _rsa.ExportPkcs8PrivateKey())),
        OfFile("PKCS#8 EC", Pem("PRIVATE KEY", _ec.ExportPkcs8PrivateKey())),
        OfFile("encrypted PKCS#8", Pem("ENCRYPTED PRIVATE KEY", Encrypt(_ec.ExportPkcs8PrivateKey()))),
        OfFile("PKCS#12", Pkcs12()),
        OfFile("JWK RSA", Encoding.ASCII.GetBytes(PrivateJwkTests.ToJwk(_rsa).ToJsonString())),
        OfFile("JWK EC", Encoding.ASCII.GetBytes(PrivateJwkTests.ToJwk(_ec).ToJsonString())),
        OfFile("DER", _ec.ExportPkcs8PrivateKey()),
        OfDer("PKCS#8 RSA", _rsa.ExportPkcs8PrivateKey(), der => Pem("PRIVATE KEY", der)),
        OfDer("PKCS#8 EC", _ec.ExportPkcs8PrivateKey(), der => Pem("PRIVATE KEY", der)),
        OfDer("PKCS#1", _rsa.ExportRSAPrivateKey(), der => Pem("RSA PRIVATE KEY", der)),
        OfDer("SEC1", _ec.ExportECPrivateKey(), der => Pem("EC PRIVATE KEY", der)),
        OfDer("encryption", Encrypt(_ec.ExportPkcs8PrivateKey()), der => Pem("ENCRYPTED PRIVATE KEY", der)),
        OfDer("encrypted PKCS#8 RSA", _rsa.ExportPkcs8PrivateKey(), der => Pem("ENCRYPTED PRIVATE KEY", Encrypt(der))),
        OfDer("encrypted PKCS#8 EC", _ec.ExportPkcs8PrivateKey(), der => Pem("ENCRYPTED PRIVATE KEY", Encrypt(der))));

    private static Gen<KeyFileMutant> OfFile(string kind, byte[] content) =>
        ByteMutants.OfFile(content).Select(mutant => new KeyFileMutant($"{kind}, the file", mutant.How, mutant.Bytes));

    private static Gen<KeyFileMutant> OfDer(string kind, byte[] der, Func<byte[], byte[]> wrap) =>
        ByteMutants.OfFile(der).Select(mutant => new KeyFileMutant($"{kind}, its DER", mutant.How, wrap(mutant.Bytes)));

    private static byte[] Pem(string label, byte[] der) => Encoding.ASCII.GetBytes(PemEncoding.WriteString(label, der) + "\n");

    private byte[] Pkcs12()
    {
        var contents = new Pkcs12SafeContents();
        contents.AddShroudedKey(_ec, KeyFileMaker.Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, FewRounds));
        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(contents);
        builder.SealWithMac(KeyFileMaker.Password, HashAlgorithmName.SHA256, FewRounds);
        return builder.Encode();
    }

    /// <summary>PBES2 (RFC 8018 §A.4) of anything, be it a key or not.</summary>
    private static byte[] Encrypt(byte[] content)
    {
        using var aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(KeyFileMaker.Password, new byte[16], FewRounds, HashAlgorithmName.SHA256, 32);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.5.13");
                using var parameters = writer.PushSequence();
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.5.12");
                    using var derivation = writer.PushSequence();
                    writer.WriteOctetString(new byte[16]);
                    writer.WriteInteger(FewRounds);
                    using var function = writer.PushSequence();
                    writer.WriteObjectIdentifier("1.2.840.113549.2.9");
                    writer.WriteNull();
                }

                using var cipher = writer.PushSequence();
                writer.WriteObjectIdentifier("2.16.840.1.101.3.4.1.42");
                writer.WriteOctetString(new byte[16]);
            }

            writer.WriteOctetString(aes.EncryptCbc(content, new byte[16]));
        }

        return writer.Encode();
    }
}
