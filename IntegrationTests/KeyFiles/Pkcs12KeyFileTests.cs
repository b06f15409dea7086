using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.KeyFilesTests;

[Trait("Rule", "PC-03")]
public sealed class Pkcs12KeyFileTests : IDisposable
{
    private const string Right = "right-password";
    private static readonly PbeParameters FewIterations = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private readonly TemporaryDirectory _directory = new();

    private string KeyFile => _directory.FileNamed("some.p12");

    private string Password => _directory.FileNamed("some.password");

    private Pkcs12KeyFile File => new(KeyFile, "--key-file", new PasswordFile(Password, "--key-password-file"), TimeProvider.System);

    public static TheoryData<string> Algorithms => [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_new_key_is_opened_again_and_openssl_tells_how_it_is_protected(string algorithm)
    {
        Assert.True(File.CreateIfMissing(SigningAlgorithm.Parse(algorithm), rsaBits: 2048));
        Assert.False(File.CreateIfMissing(SigningAlgorithm.Parse(algorithm), rsaBits: 2048));

        using var key = File.Open();
        Assert.Equal(algorithm, key.Public.Algorithm.Name);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(KeyFile));
        }

        Assert.SkipUnless(OpenSsl.IsPresent, "There is no openssl on the PATH.");
        var (code, output) = await OpenSsl.RunAsync("pkcs12", "-in", KeyFile, "-passin", $"file:{Password}", "-info", "-noout");
        Assert.Equal(0, code);
        Assert.Contains("MAC: sha256, Iteration 600000", output, StringComparison.Ordinal);
        Assert.Contains("PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256", output, StringComparison.Ordinal);
        var (_, pem) = await OpenSsl.RunAsync("pkcs12", "-in", KeyFile, "-passin", $"file:{Password}", "-nodes", "-nocerts");
        using var same = SigningKey.From(KeyImport.Read(System.Text.Encoding.ASCII.GetBytes(pem), password: null).Key);
        Assert.Equal(key.Kid, same.Kid);
    }

    [Fact]
    public async Task Javas_keytool_lists_the_key()
    {
        Assert.SkipUnless(ProgramRun.IsPresent("keytool"), "There is no keytool on the PATH.");
        File.CreateIfMissing(SigningAlgorithm.PS256, rsaBits: 2048);

        var (code, output) = await ProgramRun.StartAsync(
            "keytool", "-list", "-storetype", "PKCS12", "-keystore", KeyFile, "-storepass:file", Password);

        Assert.True(code == 0, output);
        Assert.Contains("some, ", output, StringComparison.Ordinal);
        Assert.Contains("PrivateKeyEntry", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RSA", "rsa_keygen_bits:2048")]
    [InlineData("EC", "ec_paramgen_curve:P-256")]
    public async Task A_file_that_openssl_made_is_opened_and_nothing_is_left_beside_it(string kind, string option)
    {
        Assert.SkipUnless(OpenSsl.IsPresent, "There is no openssl on the PATH.");
        WritePassword(Right);
        var pem = _directory.FileNamed("some.pem");
        await OpenSsl.RunAsync("genpkey", "-algorithm", kind, "-pkeyopt", option, "-out", pem);
        await OpenSsl.RunAsync("req", "-x509", "-new", "-key", pem, "-subj", "/CN=partner", "-out", _directory.FileNamed("some.crt"));
        await OpenSsl.RunAsync(
            "pkcs12", "-export", "-inkey", pem, "-in", _directory.FileNamed("some.crt"), "-passout", $"file:{Password}", "-out", KeyFile);
        KeyFileMaker.Protect(KeyFile);
        var before = Directory.GetFiles(_directory.Path).Length;

        using var key = File.Open();

        using var expected = SigningKey.From(KeyImport.Read(await System.IO.File.ReadAllBytesAsync(pem, TestContext.Current.CancellationToken), null).Key);
        Assert.Equal(expected.Kid, key.Kid);
        Assert.Equal(before, Directory.GetFiles(_directory.Path).Length);
    }

    [Fact]
    public void A_wrong_password_is_told_with_the_place_it_comes_from_and_is_not_shown()
    {
        Write(builder => { });
        WritePassword("wrong-one");

        var exception = AssertRefused("the password is wrong or the file is damaged", Password, "--key-password-file");

        Assert.DoesNotContain("wrong-one", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_told()
    {
        Write(builder => { });
        var content = System.IO.File.ReadAllBytes(KeyFile);
        content[content.Length / 2] ^= 1;
        System.IO.File.WriteAllBytes(KeyFile, content);

        AssertRefused("the file is damaged");
    }

    [Fact]
    public void A_truncated_file_is_told()
    {
        Write(builder => { });
        System.IO.File.WriteAllBytes(KeyFile, System.IO.File.ReadAllBytes(KeyFile)[..200]);

        AssertRefused("is no PKCS#12");
    }

    [Fact]
    public void A_file_without_a_private_key_is_told()
    {
        WriteContents(_ => { });

        AssertRefused("no private key");
    }

    [Fact]
    public void A_file_with_two_private_keys_is_told()
    {
        Write(contents => AddKey(contents));

        AssertRefused("2 private keys", "expected one");
    }

    [Fact]
    public void A_private_key_that_is_not_encrypted_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WriteContents(contents => contents.AddKeyUnencrypted(key));

        AssertRefused("not encrypted");
    }

    [Fact]
    public void A_file_without_a_MAC_is_refused()
    {
        WritePassword(Right);
        var contents = new Pkcs12SafeContents();
        AddKey(contents);
        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(contents);
        builder.SealWithoutIntegrity();
        Write(builder.Encode());

        AssertRefused("not protected against changes");
    }

    [Fact]
    public void A_weak_key_is_refused()
    {
        using var weak = RSA.Create(1024);
        WriteContents(contents => contents.AddShroudedKey(weak, Right, FewIterations));

        AssertRefused("too weak");
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        Write(builder => { });
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        AssertRefused("open to group or others", "chmod 600");
    }

    [Fact]
    public void A_file_that_is_away_is_told() => AssertRefused("cannot be read");

    private StartupException AssertRefused(params string[] parts)
    {
        var exception = Assert.Throws<StartupException>(() => File.Open());
        Assert.StartsWith($"--key-file: the key file '{KeyFile}'", exception.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Right, exception.ToString(), StringComparison.Ordinal);
        return exception;
    }

    private static void AddKey(Pkcs12SafeContents contents)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        contents.AddShroudedKey(key, Right, FewIterations);
    }

    private void Write(Action<Pkcs12SafeContents> more) => WriteContents(contents =>
    {
        AddKey(contents);
        more(contents);
    });

    private void WriteContents(Action<Pkcs12SafeContents> fill)
    {
        WritePassword(Right);
        var contents = new Pkcs12SafeContents();
        fill(contents);
        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(contents);
        builder.SealWithMac(Right, HashAlgorithmName.SHA256, 1000);
        Write(builder.Encode());
    }

    private void Write(byte[] content) => OwnerOnlyFile.Replace(KeyFile, content);

    private void WritePassword(string password) => System.IO.File.WriteAllText(Password, password);
}
