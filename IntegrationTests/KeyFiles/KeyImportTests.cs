using System.Security.Cryptography;
using System.Text;

using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.KeyFilesTests;

/// <summary>Keys that were made elsewhere, in every form that partners have them in.</summary>
[Trait("Rule", "PC-03")]
public sealed class KeyImportTests : IDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Each form, for either kind of key where there is one.</summary>
    public static TheoryData<string> Forms =>
    [
        "PKCS#8 RSA", "PKCS#8 EC", "encrypted PKCS#8 RSA", "encrypted PKCS#8 EC", "PKCS#1", "SEC1", "SEC1 after its parameters",
        "after its certificate", "PKCS#12 RSA", "PKCS#12 EC", "JWK RSA", "JWK EC",
    ];

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_key_is_read_from(string form)
    {
        var (content, expected) = Write(form);
        var before = content.ToArray();

        using var imported = KeyImport.Read(content, new KnownPassword(KeyFileMaker.Password));

        Assert.Equal(PublicJwk.FromKey(expected).Thumbprint, PublicJwk.FromKey(imported.Key).Thumbprint);
        AssertSigns(imported.Key, expected);
        Assert.Equal(before, content);
    }

    [Theory]
    [InlineData("encrypted PKCS#8 RSA")]
    [InlineData("encrypted PKCS#8 EC")]
    [InlineData("PKCS#12 RSA")]
    public void An_encrypted_key_wants_its_password(string form)
    {
        AssertRefused(Write(form).Content, "is encrypted: expected the password");
        AssertRefused(Write(form).Content, new KnownPassword("wrong-one"), "the password is wrong or the file is damaged", "--password");
    }

    [Theory]
    [InlineData("", "no key that is known here")]
    [InlineData("nothing of the kind", "no key that is known here")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "a 'PUBLIC KEY' and no private key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "damaged")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", "damaged")]
    [InlineData(
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "openssl pkcs8 -topk8")]
    [InlineData("{", "no sound JSON")]
    [InlineData("{}", "the kty ''")]
    [InlineData("""{"keys":[]}""", "a JWK Set")]
    [InlineData("""{"kty":"oct","k":"AAAA"}""", "the kty 'oct'")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"AAAA","d":"AAAA"}""", "the kty 'OKP'")]
    public void What_holds_no_private_key_is_told_with_what_is_expected(string content, string expected) =>
        AssertRefused(Encoding.UTF8.GetBytes(content), expected);

    [Fact]
    public void Two_keys_are_not_chosen_between() => AssertRefused(
        Encoding.ASCII.GetBytes($"{_rsa.ExportPkcs8PrivateKeyPem()}\n{_ec.ExportPkcs8PrivateKeyPem()}\n"), "2 private keys", "expected one");

    [Fact]
    public void A_weak_key_is_refused()
    {
        using var weak = RSA.Create(1024);

        AssertRefused(Encoding.ASCII.GetBytes(weak.ExportPkcs8PrivateKeyPem()), "too weak", "1024");
    }

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        AssertRefused(Encoding.ASCII.GetBytes(other.ExportPkcs8PrivateKeyPem()), "P-256");
    }

    /// <summary>openssl writes a curve out on demand; JWK knows curves by their names alone.</summary>
    [Fact]
    public async Task A_curve_that_is_written_out_is_refused_or_known_by_its_name()
    {
        Assert.SkipUnless(OpenSsl.IsPresent, "There is no openssl on the PATH.");
        var (_, pem) = await OpenSsl.RunAsync(
            "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit");

        AssertRefused(Encoding.ASCII.GetBytes(pem), "P-256");
    }

    private static void AssertRefused(byte[] content, params string[] parts) => AssertRefused(content, null, parts);

    private static void AssertRefused(byte[] content, IKeyPassword? password, params string[] parts)
    {
        var exception = Assert.Throws<KeyFormatException>(() => KeyImport.Read(content, password));
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("wrong-one", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertSigns(AsymmetricAlgorithm key, AsymmetricAlgorithm expected)
    {
        var data = "to be signed"u8.ToArray();
        Assert.True(key is RSA rsa
            ? ((RSA)expected).VerifyData(
                data,
                rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pss)
            : ((ECDsa)expected).VerifyData(data, ((ECDsa)key).SignData(data, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
    }

    private (byte[] Content, AsymmetricAlgorithm Key) Write(string form) => form switch
    {
        "PKCS#8 RSA" => (Ascii(_rsa.ExportPkcs8PrivateKeyPem()), _rsa),
        "PKCS#8 EC" => (Ascii(_ec.ExportPkcs8PrivateKeyPem()), _ec),
        "encrypted PKCS#8 RSA" => (Ascii(KeyFileMaker.Encrypt(_rsa, KeyFileMaker.Password)), _rsa),
        "encrypted PKCS#8 EC" => (Ascii(KeyFileMaker.Encrypt(_ec, KeyFileMaker.Password)), _ec),
        "PKCS#1" => (Ascii(_rsa.ExportRSAPrivateKeyPem()), _rsa),
        "SEC1" => (Ascii(_ec.ExportECPrivateKeyPem()), _ec),
        "SEC1 after its parameters" =>
            (Ascii($"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{_ec.ExportECPrivateKeyPem()}"), _ec),
        "after its certificate" =>
            (Ascii($"Bag Attributes\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{_rsa.ExportPkcs8PrivateKeyPem()}"), _rsa),
        "PKCS#12 RSA" => (Pkcs12Content.Write(_rsa, "some", KeyFileMaker.Password, DateTimeOffset.UnixEpoch), _rsa),
        "PKCS#12 EC" => (Pkcs12Content.Write(_ec, "some", KeyFileMaker.Password, DateTimeOffset.UnixEpoch), _ec),
        "JWK RSA" => (Ascii($"\n  {PrivateJwkTests.ToJwk(_rsa).ToJsonString()}"), _rsa),
        _ => (Ascii(PrivateJwkTests.ToJwk(_ec).ToJsonString()), _ec),
    };

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}

/// <summary>A password that a test names.</summary>
internal sealed class KnownPassword(string password) : IKeyPassword
{
    public string Origin => "--password";

    public string Read() => password;

    public string ReadOrCreate() => password;
}
