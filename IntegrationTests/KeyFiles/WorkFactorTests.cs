using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.KeyFilesTests;

/// <summary>A file may not keep its reader busy: without the limit, each of these would for many minutes.</summary>
[Trait("Rule", "PC-03")]
public sealed class WorkFactorTests
{
    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";
    private const string HmacSha256 = "1.2.840.113549.2.9";
    private const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string Data = "1.2.840.113549.1.7.1";

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(10_000_001)]
    public void An_encrypted_key_is_not_hashed_for_without_end(int rounds) => AssertRefused(
        () => Pkcs8Content.ReadEncrypted(Encrypted(rounds), new KnownPassword("some")));

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(10_000_001)]
    public void Neither_is_the_MAC_of_a_PKCS12(int rounds) => AssertRefused(() => Pkcs12Content.Read(WithMac(rounds), new KnownPassword("some")));

    /// <summary>What is nested is found before the MAC is tried.</summary>
    [Fact]
    public void Neither_is_a_key_in_a_PKCS12()
    {
        var contents = new Pkcs12SafeContents();
        contents.AddSafeBag(new Pkcs12ShroudedKeyBag(Encrypted(int.MaxValue), skipCopy: true));
        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(contents);
        builder.SealWithMac("another", HashAlgorithmName.SHA256, 1);

        AssertRefused(() => Pkcs12Content.Read(builder.Encode(), new KnownPassword("some")));
    }

    /// <summary>Many keys of which each asks for what is allowed are too much as well.</summary>
    [Fact]
    public void The_rounds_of_one_file_are_added()
    {
        var contents = new Pkcs12SafeContents();
        contents.AddSafeBag(new Pkcs12ShroudedKeyBag(Encrypted(6_000_000), skipCopy: true));
        contents.AddSafeBag(new Pkcs12ShroudedKeyBag(Encrypted(6_000_000), skipCopy: true));
        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(contents);
        builder.SealWithMac("another", HashAlgorithmName.SHA256, 1);

        AssertRefused(() => Pkcs12Content.Read(builder.Encode(), new KnownPassword("some")));
    }

    [Fact]
    public void What_is_allowed_and_what_is_no_ASN1_pass()
    {
        byte[][] contents = [Encrypted(10_000_000), WithMac(10_000_000), "no ASN.1"u8.ToArray()];

        Assert.All(contents, content => Assert.Null(Record.Exception(() => WorkFactor.Demand(content))));
    }

    private static void AssertRefused(Func<object> read) =>
        Assert.Contains("fewer iterations", Assert.Throws<KeyFormatException>(read).Message, StringComparison.Ordinal);

    /// <summary>EncryptedPrivateKeyInfo (RFC 5958 §3) with PBES2; what it encrypts is never looked at.</summary>
    private static byte[] Encrypted(int rounds) => Write(writer =>
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Pbes2);
                using var parameters = writer.PushSequence();
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Pbkdf2);
                    using var derivation = writer.PushSequence();
                    writer.WriteOctetString(new byte[16]);
                    writer.WriteInteger(rounds);
                    WriteAlgorithm(writer, HmacSha256);
                }

                using var cipher = writer.PushSequence();
                writer.WriteObjectIdentifier(Aes256Cbc);
                writer.WriteOctetString(new byte[16]);
            }

            writer.WriteOctetString(new byte[64]);
        }
    });

    /// <summary>PFX (RFC 7292 §4) with nothing in it but a MAC.</summary>
    private static byte[] WithMac(int rounds) => Write(writer =>
    {
        using var pfx = writer.PushSequence();
        writer.WriteInteger(3);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Data);
            using var content = writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
            writer.WriteOctetString([0x30, 0]);
        }

        using var mac = writer.PushSequence();
        using (writer.PushSequence())
        {
            WriteAlgorithm(writer, Sha256);
            writer.WriteOctetString(new byte[32]);
        }

        writer.WriteOctetString(new byte[16]);
        writer.WriteInteger(rounds);
    });

    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using var algorithm = writer.PushSequence();
        writer.WriteObjectIdentifier(oid);
        writer.WriteNull();
    }

    private static byte[] Write(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
