using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.KeyFilesTests;

/// <summary>What editors, shells and other tools do to a PEM file and to the password beside it (row 22 of issue 14).</summary>
[Trait("Rule", "PC-03")]
public sealed class KeyTextTests : IDisposable
{
    private const string Certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    private readonly TemporaryDirectory _directory = new();

    private string KeyFile => _directory.FileNamed("some.pem");

    private string Password => _directory.FileNamed("some.password");

    public static TheoryData<string> Texts =>
        ["UTF-16", "UTF-16 BE", "UTF-8 BOM", "CRLF", "one line", "after its certificate", "before its certificate", "after a remark"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Texts))]
    public void Row_22_a_key_is_read_from_text_in(string text)
    {
        Write(InTheForm(text, KeyFileMaker.Pem));

        using var opened = Open(KeyFileMaker.Password);
        using var imported = KeyImport.Read(File.ReadAllBytes(KeyFile), new KnownPassword(KeyFileMaker.Password));

        Assert.Equal(opened.Kid, PublicJwk.FromKey(imported.Key).Thumbprint);
    }

    [Theory]
    [InlineData("UTF-16 without mark", "text in UTF-16 without a byte order mark: save it as UTF-8")]
    [InlineData("escaped", @"the two characters \n in place of line breaks")]
    [InlineData("cut off", "cut off or damaged")]
    [InlineData("OpenSSH", "OpenSSH's own format. Convert a copy of it: ssh-keygen -p -m PKCS8 -f COPY")]
    [InlineData("RSA-PSS", "holds a 'RSA-PSS PRIVATE KEY', which is not read here: expected one")]
    [InlineData("certificate alone", "holds a 'CERTIFICATE' and no private key: expected one")]
    [InlineData("Java", "a keystore in a format of Java's own")]
    [InlineData("certificate in DER", "a certificate in DER and no private key")]
    [InlineData("public key in DER", "a public key in DER and no private key")]
    public void Row_22_what_is_wrong_with_a_file_is_told(string text, string expected)
    {
        Write(InTheForm(text, KeyFileMaker.Pem));

        Assert.Contains(expected, Assert.Throws<StartupException>(() => Open(KeyFileMaker.Password)).Message, StringComparison.Ordinal);
        Assert.Contains(
            expected,
            Assert.Throws<KeyFormatException>(() => KeyImport.Read(File.ReadAllBytes(KeyFile), new KnownPassword(KeyFileMaker.Password))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  some words ", "some words", null)]
    [InlineData("some words\r", "some words", null)]
    [InlineData(" some words", " some words", "without the white space at its ends: the password is wrong")]
    [InlineData("some words\t", "some words\t", "without the white space at its ends: the password is wrong")]
    [InlineData("some words", "other words", "(--key-password-file): the password is wrong")]
    public void Row_22_white_space_at_the_ends_of_a_password_is_left_out_and_that_is_told(string line, string password, string? expected)
    {
        Write(Encoding.ASCII.GetBytes(KeyFileMaker.PemWith(password)));
        File.WriteAllText(Password, $"{line}\n");
        var file = new PrivateKeyFile(KeyFile, "--key-file", new PasswordFile(Password, "--key-password-file"));

        if (expected is null)
        {
            file.Open().Dispose();
        }
        else
        {
            Assert.Contains(expected, Assert.Throws<StartupException>(file.Open).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Windows PowerShell's own: <c>"word" > file</c>.</summary>
    [Fact]
    public void Row_22_a_password_file_in_UTF16_is_read()
    {
        Write(Encoding.ASCII.GetBytes(KeyFileMaker.Pem));
        File.WriteAllText(Password, $"{KeyFileMaker.Password}\r\n", Encoding.Unicode);

        new PrivateKeyFile(KeyFile, "--key-file", new PasswordFile(Password, "--key-password-file")).Open().Dispose();
    }

    private static byte[] InTheForm(string text, string pem) => text switch
    {
        "UTF-16" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(pem)],
        "UTF-16 BE" => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(pem)],
        "UTF-16 without mark" => Encoding.Unicode.GetBytes(pem),
        "UTF-8 BOM" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(pem)],
        "CRLF" => Encoding.ASCII.GetBytes(pem.ReplaceLineEndings("\r\n")),
        "one line" => Encoding.ASCII.GetBytes(pem.ReplaceLineEndings(" ")),
        "escaped" => Encoding.ASCII.GetBytes(pem.ReplaceLineEndings(@"\n")),
        "cut off" => Encoding.ASCII.GetBytes(pem[..(pem.Length / 2)]),
        "after its certificate" => Encoding.ASCII.GetBytes(Certificate + pem),
        "before its certificate" => Encoding.ASCII.GetBytes($"{pem}\n{Certificate}"),
        "after a remark" => Encoding.UTF8.GetBytes($"Bag Attributes\n    friendlyName: Schlüssel\nKey Attributes: <No Attributes>\n{pem}"),
        "OpenSSH" => "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"u8.ToArray(),
        "RSA-PSS" => "-----BEGIN RSA-PSS PRIVATE KEY-----\nAAAA\n-----END RSA-PSS PRIVATE KEY-----\n"u8.ToArray(),
        "certificate alone" => Encoding.ASCII.GetBytes(Certificate),
        "Java" => [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2],
        "public key in DER" => PublicKeyInDer(),
        "certificate in DER" => CertificateInDer(),
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, null),
    };

    private static byte[] PublicKeyInDer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] CertificateInDer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=some", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        return certificate.RawData;
    }

    private SigningKey Open(string password) => new PrivateKeyFile(KeyFile, "test", new KnownPassword(password)).Open();

    private void Write(byte[] content) => OwnerOnlyFile.Replace(KeyFile, content);
}
