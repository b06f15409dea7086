using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.KeyFilesTests;

/// <summary>
/// Keys in every form that openssl writes on demand (rows 4, 5, 22 and 29 of issue 14). Where one is not read, the sentence says what it is,
/// and the command in it makes a file that is.
/// </summary>
[Trait("Rule", "PC-03")]
public sealed class OpenSslKeyTests : IDisposable
{
    private const string Rsa = "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048";
    private const string ThreePrimes = $"{Rsa} -pkeyopt rsa_keygen_primes:3";
    private const string Pss = "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048";
    private const string Ec = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";
    private const string Encrypt = "pkcs8 -topk8 -in OLD -passout PASSWORD";
    private const string Pkcs12 = "pkcs12 -export -nocerts -inkey OLD -passout PASSWORD";
    private const string PssWith = "-pkeyopt rsa_pss_keygen_md:";

    private readonly TemporaryDirectory _directory = new();
    private string _original = "";

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData($"{Pss}")]
    [InlineData($"{Pss} {PssWith}sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32")]
    [InlineData($"{Pss} {PssWith}sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:0")]
    [InlineData($"{Pss} | {Encrypt}")]
    [InlineData($"{Pss} | {Pkcs12}")]
    [InlineData($"{Ec} | ec -in OLD -no_public")]
    [InlineData($"{Ec} | {Encrypt} -v2 aes-128-cbc -v2prf hmacWithSHA1")]
    [InlineData($"{Ec} | {Encrypt} -v2 des3 -v2prf hmacWithSHA512")]
    [InlineData($"{Ec} | {Encrypt} -v1 PBE-SHA1-3DES")]
    public async Task Row_5_is_read(string commands)
    {
        var file = await MakeAsync(commands);

        using var imported = Import(file);

        using var key = SigningKey.From(imported.Key);
        Assert.Equal(await ThumbprintAsync(), key.Kid);
        Assert.NotEmpty(key.CreateJwt("JWT", "partner", "https://as.example.com", TimeSpan.FromSeconds(60), TimeProvider.System));
    }

    [Theory]
    [InlineData("4", ThreePrimes, "an RSA key of more than two primes")]
    [InlineData("4", $"{ThreePrimes} | {Encrypt}", "an RSA key of more than two primes")]
    [InlineData("4", $"{ThreePrimes} | rsa -in OLD -traditional", "an RSA key of more than two primes")]
    [InlineData("4", $"{ThreePrimes} | {Pkcs12}", "an RSA key of more than two primes")]
    [InlineData("5", $"{Pss} {PssWith}sha512", "do not allow PS256")]
    [InlineData("5", $"{Pss} {PssWith}sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha1", "do not allow PS256")]
    [InlineData("5", $"{Pss} {PssWith}sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:64", "do not allow PS256")]
    [InlineData("5", "genpkey -algorithm ED25519", "of the kind Ed25519: expected an RSA key or an EC key on P-256")]
    [InlineData("5", $"genpkey -algorithm ED25519 | {Encrypt}", "of the kind Ed25519: expected an RSA key or an EC key on P-256")]
    [InlineData("5", $"genpkey -algorithm ED448 | {Pkcs12}", "of the kind Ed448")]
    [InlineData("5", "genpkey -algorithm X25519", "of the kind X25519")]
    public async Task A_key_that_is_of_no_use_is_named_and_another_one_advised(string row, string commands, string expected)
    {
        var sentence = AssertRefused(await MakeAsync(commands));

        Assert.True(sentence.Contains(expected, StringComparison.Ordinal), $"row {row}: {sentence}");
        using var advised = Import(await MakeAsync(sentence[(sentence.IndexOf("openssl ", StringComparison.Ordinal) + 8)..]));
        Assert.Equal(3072, advised.Key.KeySize);
    }

    [Theory]
    [InlineData("5", $"{Ec} | {Encrypt} -scrypt", "is encrypted with scrypt,")]
    [InlineData("5", $"{Ec} | {Encrypt} -v2 camellia-256-cbc", "is encrypted with Camellia-256,")]
    [InlineData("5", $"{Ec} | {Encrypt} -v2 aria-256-cbc", "is encrypted with ARIA-256,")]
    [InlineData("5", $"{Ec} | {Encrypt} -v2 aes-256-cfb", "is encrypted with aes-256-cfb,")]
    [InlineData("5", $"{Ec} | {Encrypt} -v2 aes-256-cbc -v2prf hmacWithSHA224", "is encrypted with HMAC-SHA-224,")]
    [InlineData("5", $"{Ec} | {Encrypt} -v1 PBE-SHA1-DES -provider legacy -provider default", "is encrypted with PBES1 with DES,")]
    [InlineData("5", $"{Rsa} | {Encrypt} -v1 PBE-SHA1-RC2-40 -provider legacy -provider default", "is encrypted with RC2,")]
    [InlineData("22", $"{Rsa} | pkcs8 -topk8 -in OLD -nocrypt -outform DER", "a private key (PKCS#8) in DER")]
    [InlineData("22", $"{Ec} | {Encrypt} -outform DER", "an encrypted private key (PKCS#8) in DER")]
    [InlineData("22", $"{Rsa} | rsa -in OLD -traditional -outform DER", "an RSA key (PKCS#1) in DER")]
    [InlineData("22", $"{Ec} | ec -in OLD -outform DER", "an EC key (SEC1) in DER")]
    [InlineData("22", $"{Rsa} | rsa -in OLD -traditional -aes256 -passout PASSWORD", "encrypted in the old way")]
    [InlineData("29", $"{Ec} | pkey -in OLD -ec_conv_form compressed", "whose public point is compressed")]
    [InlineData("29", $"{Ec} | ec -in OLD -conv_form compressed", "whose public point is compressed")]
    [InlineData("29", $"{Ec} | pkey -in OLD -ec_param_enc explicit", "whose curve is written out: expected P-256")]
    [InlineData("29", $"{Ec} | ec -in OLD -param_enc explicit", "whose curve is written out: expected P-256")]
    public async Task A_form_that_is_not_read_is_named_and_the_command_that_converts_it_works(string row, string commands, string expected)
    {
        var file = await MakeAsync(commands);

        var sentence = AssertRefused(file);

        Assert.True(sentence.Contains(expected, StringComparison.Ordinal), $"row {row}: {sentence}");
        var advice = sentence[(sentence.IndexOf("Convert it: openssl ", StringComparison.Ordinal) + 20)..];
        using var converted = Import(await MakeAsync($"{advice} -passin PASSWORD -passout PASSWORD", file));
        Assert.Equal(await ThumbprintAsync(), PublicJwk.FromKey(converted.Key).Thumbprint);
    }

    /// <summary>What a key file of the client says is the same, and never that the password is wrong.</summary>
    [Theory]
    [InlineData("5", $"{Ec} | {Encrypt} -scrypt", "is encrypted with scrypt,")]
    [InlineData("5", $"genpkey -algorithm ED25519 | {Encrypt}", "of the kind Ed25519")]
    [InlineData("4", $"{ThreePrimes} | {Encrypt}", "more than two primes")]
    [InlineData("22", $"{Ec} | {Encrypt} -outform DER", "in DER: expected PEM")]
    [InlineData("22", $"{Ec} | {Pkcs12}", "holds PKCS#12: expected PEM")]
    [InlineData("22", $"{Ec}", "holds a 'PRIVATE KEY': expected one 'ENCRYPTED PRIVATE KEY'. Encrypt it")]
    public async Task A_key_file_in_another_form_is_named_too(string row, string commands, string expected)
    {
        var file = await MakeAsync(commands);
        KeyFileMaker.Protect(file);

        var fault = Assert.Throws<StartupException>(() => new PrivateKeyFile(file, "test", new KnownPassword(KeyFileMaker.Password)).Open());

        Assert.True(fault.Message.Contains(expected, StringComparison.Ordinal), $"row {row}: {fault.Message}");
    }

    /// <summary>And stays encrypted: the advice is for a key that was.</summary>
    [Theory]
    [InlineData("-ec_conv_form compressed", "whose public point is compressed")]
    [InlineData("-ec_param_enc explicit", "whose curve is written out: expected P-256")]
    public async Task Row_29_a_key_file_of_another_form_opens_once_it_is_converted_as_the_sentence_says(string form, string expected)
    {
        var file = await MakeAsync($"{Ec} | pkey -in OLD {form} -aes256 -passout PASSWORD");
        KeyFileMaker.Protect(file);
        var password = new KnownPassword(KeyFileMaker.Password);

        var sentence = Assert.Throws<StartupException>(() => new PrivateKeyFile(file, "test", password).Open()).Message;

        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        var advice = sentence[(sentence.IndexOf("Convert it: openssl ", StringComparison.Ordinal) + 20)..sentence.IndexOf(" -out NEW", StringComparison.Ordinal)];
        var converted = await MakeAsync($"{advice} -passin PASSWORD -passout PASSWORD", file);
        KeyFileMaker.Protect(converted);
        using var key = new PrivateKeyFile(converted, "test", password).Open();
        Assert.Equal(await ThumbprintAsync(), key.Kid);
    }

    [Fact]
    public async Task Row_5_an_RSASSA_PSS_key_file_is_opened()
    {
        var file = await MakeAsync($"{Pss} | {Encrypt}");
        KeyFileMaker.Protect(file);

        using var key = new PrivateKeyFile(file, "test", new KnownPassword(KeyFileMaker.Password)).Open();

        Assert.Equal(await ThumbprintAsync(), key.Kid);
    }

    private static string AssertRefused(string file) => Assert.Throws<KeyFormatException>(() => Import(file)).Message;

    private static ImportedKey Import(string file) => KeyImport.Read(File.ReadAllBytes(file), new KnownPassword(KeyFileMaker.Password));

    /// <summary>Of the key that was made first, before it was wrapped in anything: openssl writes its public half.</summary>
    private async Task<string> ThumbprintAsync()
    {
        var (code, pem) = await OpenSsl.RunAsync("pkey", "-in", _original, "-pubout");
        Assert.True(code == 0, pem);
        var spki = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        using var rsa = RSA.Create();
        using var ec = ECDsa.Create();
        if (pem.Length < 300)
        {
            ec.ImportSubjectPublicKeyInfo(spki, out _);
            return PublicJwk.FromKey(ec).Thumbprint;
        }

        // .NET reads no SubjectPublicKeyInfo of an RSASSA-PSS key; the key in it is an RSA key.
        rsa.ImportRSAPublicKey(PublicKey.CreateFromSubjectPublicKeyInfo(spki, out _).EncodedKeyValue.RawData, out _);
        return PublicJwk.FromKey(rsa).Thumbprint;
    }

    private async Task<string> MakeAsync(string commands, string old = "")
    {
        Assert.SkipUnless(OpenSsl.IsPresent, "There is no openssl on the PATH.");
        foreach (var command in commands.Split(" | "))
        {
            var made = _directory.FileNamed($"{Guid.NewGuid():N}");
            string[] words = [.. command.Replace(" -out NEW", "", StringComparison.Ordinal).Split(' ').Select(word => word switch
            {
                "OLD" => old,
                "PASSWORD" => $"pass:{KeyFileMaker.Password}",
                _ => word,
            })];
            var (code, output) = await OpenSsl.RunAsync([.. words, "-out", made]);
            Assert.SkipWhen(code != 0 && command.Contains("legacy", StringComparison.Ordinal), "This openssl has no old ciphers.");
            Assert.True(code == 0, $"openssl {command}: {output}");
            _original = _original.Length == 0 ? made : _original;
            old = made;
        }

        return old;
    }
}
