using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.KeyFilesTests;

/// <summary>What holds for every user of key files; PartnerClient's tests say more about the file itself.</summary>
[Trait("Rule", "PC-03")]
public sealed class PrivateKeyFileTests : IDisposable
{
    private static readonly PbeParameters FewIterations = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private readonly TemporaryDirectory _directory = new();

    private string KeyFile => _directory.FileNamed("some.pem");

    private string Password => _directory.FileNamed("some.password");

    private PrivateKeyFile File => new(KeyFile, "--key-file", new PasswordFile(Password, "--key-password-file"));

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void A_new_key_can_be_opened_without_saying_of_which_kind_it_is(string algorithm)
    {
        Assert.True(File.CreateIfMissing(SigningAlgorithm.Parse(algorithm), rsaBits: 2048));

        using var key = File.Open();

        Assert.Equal(algorithm, key.Public.Algorithm.Name);
        Assert.Equal(Password, PasswordFile.PathBeside(KeyFile));
    }

    [Fact]
    public void An_existing_file_is_never_written()
    {
        Write("not a key");

        Assert.False(File.CreateIfMissing(SigningAlgorithm.PS256, rsaBits: 2048));

        Assert.Equal("not a key", System.IO.File.ReadAllText(KeyFile));
        Assert.False(System.IO.File.Exists(Password));
    }

    [Fact]
    public void A_file_that_is_away_is_told_by_the_name_that_its_user_has_for_it() => AssertRefused("--key-file:", KeyFile, "cannot be read");

    [Fact]
    public void A_password_that_is_away_is_told_by_the_name_that_its_user_has_for_it()
    {
        Write(RSA.Create(2048), "right");
        System.IO.File.Delete(Password);

        AssertRefused("--key-password-file:", Password, "cannot be read", "Restore that file;");
    }

    [Fact]
    public void An_empty_password_file_is_refused()
    {
        Write(RSA.Create(2048), "right");
        System.IO.File.WriteAllText(Password, "\nright\n");

        AssertRefused("--key-password-file:", "is empty");
    }

    [Fact]
    public void A_wrong_password_is_told_with_the_place_it_comes_from_and_is_not_shown()
    {
        Write(RSA.Create(2048), "right");
        System.IO.File.WriteAllText(Password, "wrong-one");

        var exception = AssertRefused("--key-file:", "the password is wrong or the file is damaged", Password, "--key-password-file");

        Assert.DoesNotContain("wrong-one", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whether_others_can_read_the_password_can_be_asked()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var file = new PasswordFile(Password, "test");
        Assert.False(file.IsOpenToOthers());
        file.CreateIfMissing();
        Assert.False(file.IsOpenToOthers());

        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(Password, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        Assert.True(file.IsOpenToOthers());
    }

    [Fact]
    public void A_key_file_of_another_user_is_refused()
    {
        Write(RSA.Create(2048), "right");
        ForeignFile.GiveAway(KeyFile);

        AssertRefused("--key-file:", KeyFile, $"belongs to another user (uid {ForeignFile.Stranger})", "chown");
    }

    [Fact]
    public void A_password_file_of_another_user_is_refused()
    {
        Write(RSA.Create(2048), "right");
        ForeignFile.GiveAway(Password);

        AssertRefused("--key-password-file:", Password, $"belongs to another user (uid {ForeignFile.Stranger})", "chown");
    }

    /// <summary>Row 19 of issue 14: Kubernetes mounts a secret as root's, readable by a group of the pod (fsGroup); nobody there can change that.</summary>
    [Theory]
    [InlineData("400", true, OtherReaders.None)]
    [InlineData("700", true, OtherReaders.None)]
    [InlineData("440", true, OtherReaders.OwnGroup)]
    [InlineData("640", true, OtherReaders.OwnGroup)]
    [InlineData("440", false, OtherReaders.Others)]
    [InlineData("460", true, OtherReaders.Others)]
    [InlineData("450", true, OtherReaders.Others)]
    [InlineData("444", true, OtherReaders.Others)]
    [InlineData("404", true, OtherReaders.Others)]
    public async Task Row_19_the_groups_of_this_process_may_read_a_key_file_and_nobody_else(string mode, bool isOwnGroup, OtherReaders readers)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells the group of a file.");
        Assert.SkipUnless(isOwnGroup || Environment.IsPrivilegedProcess, "Only root can give a file to a group of others.");
        Write(ECDsa.Create(ECCurve.NamedCurves.nistP256), "right");
        await ProgramRun.StartAsync("chgrp", isOwnGroup ? await GroupAsync() : "54321", KeyFile);
        await ProgramRun.StartAsync("chmod", mode, KeyFile);

        Assert.Equal(readers == OtherReaders.OwnGroup, File.IsOpenToOwnGroup());
        if (readers == OtherReaders.Others)
        {
            AssertRefused("is open to group or others", "chmod 600");
        }
        else
        {
            File.Open().Dispose();
        }
    }

    private static async Task<string> GroupAsync() => (await ProgramRun.StartAsync("id", "-g")).Output.Trim();

    private StartupException AssertRefused(params string[] parts)
    {
        var exception = Assert.Throws<StartupException>(() => File.Open());
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
        return exception;
    }

    private void Write(AsymmetricAlgorithm key, string password)
    {
        using (key)
        {
            Write(key.ExportEncryptedPkcs8PrivateKeyPem(password, FewIterations));
        }

        System.IO.File.WriteAllText(Password, password);
    }

    private void Write(string content) => OwnerOnlyFile.Replace(KeyFile, System.Text.Encoding.ASCII.GetBytes(content));
}
