using System.Security.Cryptography;

using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

[Trait("Rule", "PC-03")]
public class KeyFileTests
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task The_key_is_encrypted_and_both_files_are_for_their_owner_alone()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        await client.StartClientAsync();

        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", await ReadAsync(client.KeyFile), StringComparison.Ordinal);
        Assert.Equal(43, (await ReadAsync(client.PasswordFile)).Trim().Length);
        Assert.Equal(2, Directory.GetFiles(client.Directory.Path, "partner-key*").Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(client.KeyFile));
            Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(client.PasswordFile));
        }
    }

    [Fact]
    public async Task Openssl_reads_the_key_with_the_password_file_and_not_without()
    {
        Assert.SkipUnless(OpenSsl.IsPresent, "There is no openssl on the PATH.");
        await using var client = new ClientUnderTest(hasKey: false);
        await client.StartClientAsync();

        var (code, output) = await OpenSsl.RunAsync(
            "pkey", "-in", client.KeyFile, "-passin", $"file:{client.PasswordFile}", "-noout", "-text");
        var (codeWithout, _) = await OpenSsl.RunAsync("pkey", "-in", client.KeyFile, "-passin", "pass:", "-noout");

        Assert.Equal(0, code);
        Assert.Contains("Private-Key: (2048 bit", output, StringComparison.Ordinal);
        Assert.NotEqual(0, codeWithout);
    }

    [Fact]
    public async Task Openssl_tells_600000_iterations_of_PBKDF2_with_HMAC_SHA256_and_AES_256_CBC()
    {
        Assert.SkipUnless(OpenSsl.IsPresent, "There is no openssl on the PATH.");
        await using var client = new ClientUnderTest(hasKey: false);
        await client.StartClientAsync();

        var (_, output) = await OpenSsl.RunAsync("asn1parse", "-in", client.KeyFile, "-inform", "PEM");

        Assert.Contains(":PBES2", output, StringComparison.Ordinal);
        Assert.Contains(":PBKDF2", output, StringComparison.Ordinal);
        Assert.Contains($":{600_000:X6}", output, StringComparison.Ordinal);
        Assert.Contains(":hmacWithSHA256", output, StringComparison.Ordinal);
        Assert.Contains(":aes-256-cbc", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_openssl_made_is_used()
    {
        Assert.SkipUnless(OpenSsl.IsPresent, "There is no openssl on the PATH.");
        await using var client = new ClientUnderTest(hasKey: false);
        client.Settings["PartnerClient:KeyPassword"] = "a password of the partner's";
        await OpenSsl.RunAsync(
            "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-aes-256-cbc", "-pass", "pass:a password of the partner's",
            "-out", client.KeyFile);
        KeyFileMaker.Protect(client.KeyFile);

        var report = await client.RunFirstFlowAsync();

        Assert.Null(report.Failure);
        Assert.False(report.Key!.Created);
        Assert.False(File.Exists(client.PasswordFile));
    }

    [Fact]
    public async Task A_wrong_password_ends_the_start_with_a_sentence()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        WriteKey(client, RSA.Create(2048), "right");
        client.Settings["PartnerClient:KeyPassword"] = "wrong";

        await AssertCannotStartAsync(client, "PartnerClient:KeyFile", "the password is wrong", "PartnerClient:KeyPassword");
    }

    [Fact]
    public async Task A_missing_password_of_an_existing_key_is_not_made_up()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        WriteKey(client, RSA.Create(2048), "right");
        client.Settings.Remove("PartnerClient:KeyPassword");

        await AssertCannotStartAsync(client, "PartnerClient:KeyPasswordFile", "cannot be read");
        Assert.False(File.Exists(client.PasswordFile));
    }

    [Fact]
    public async Task A_key_file_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await using var client = new ClientUnderTest(hasKey: false);
        WriteKey(client, RSA.Create(2048), "right");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(client.KeyFile, OwnerReadWrite | UnixFileMode.OtherRead);
        }

        await AssertCannotStartAsync(client, "PartnerClient:KeyFile", "open to group or others", "chmod 600");
    }

    [Theory]
    [InlineData("nothing of the kind", "no PEM")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "Encrypt it")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "damaged")]
    public async Task A_file_that_is_no_encrypted_key_is_refused_and_left_alone(string content, string expected)
    {
        await using var client = new ClientUnderTest(hasKey: false);
        Write(client, content, "right");

        await AssertCannotStartAsync(client, "PartnerClient:KeyFile", expected);
        Assert.Equal(content, await ReadAsync(client.KeyFile));
    }

    [Fact]
    public async Task A_weak_key_is_refused()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        WriteKey(client, RSA.Create(1024), "right");

        await AssertCannotStartAsync(client, "PartnerClient:KeyFile", "too weak");
    }

    [Fact]
    public async Task A_key_on_another_curve_is_refused()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        client.Settings["PartnerClient:Algorithm"] = "ES256";
        WriteKey(client, ECDsa.Create(ECCurve.NamedCurves.nistP384), "right");

        await AssertCannotStartAsync(client, "PartnerClient:KeyFile", "P-256");
    }

    [Fact]
    public async Task A_key_of_another_kind_than_the_algorithm_needs_is_refused()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        WriteKey(client, ECDsa.Create(ECCurve.NamedCurves.nistP256), "right");

        await AssertCannotStartAsync(client, "PartnerClient:KeyFile", "another kind", "PartnerClient:Algorithm");
    }

    private static async Task AssertCannotStartAsync(ClientUnderTest client, params string[] parts)
    {
        var exception = await Assert.ThrowsAsync<StartupException>(client.StartClientAsync);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("right", exception.ToString(), StringComparison.Ordinal);
    }

    private static void WriteKey(ClientUnderTest client, AsymmetricAlgorithm key, string password)
    {
        using (key)
        {
            Write(client, KeyFileMaker.Encrypt(key, password), password);
        }
    }

    private static void Write(ClientUnderTest client, string content, string password)
    {
        client.Settings["PartnerClient:KeyPassword"] = password;
        KeyFileMaker.Write(client.KeyFile, content);
    }

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
}
