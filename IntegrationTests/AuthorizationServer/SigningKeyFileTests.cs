using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

[Trait("Rule", "AT-04")]
public sealed class SigningKeyFileTests : IDisposable
{
    private const int Makers = 8;

    private readonly TemporaryDirectory _directory = new();

    private string KeyFile => _directory.FileNamed("signing-key.pem");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Processes_that_start_at_once_sign_with_the_same_key()
    {
        using var start = new Barrier(Makers);

        var keyIds = await Task.WhenAll(Enumerable.Range(0, Makers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                SigningKeyFile.CreateIfMissing(KeyFile, SigningAlgorithm.ES256);
                return SigningKeyFile.Read(KeyFile).Key.KeyId;
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Single(keyIds.Distinct());
        Assert.Equal([KeyFile], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_public_key_is_refused()
    {
        using var key = RSA.Create(2048);
        Write(key.ExportSubjectPublicKeyInfoPem());
        AssertIsRefused("public key");

        Write(key.ExportRSAPublicKeyPem());
        AssertIsRefused("public key");
    }

    [Fact]
    public void A_file_that_others_may_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        SigningKeyFile.CreateIfMissing(KeyFile, SigningAlgorithm.ES256);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        AssertIsRefused("chmod 600");
    }

    [Fact]
    public void A_file_without_a_key_is_refused()
    {
        Write("no key");

        AssertIsRefused("no RSA or EC private key");
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_told_in_a_sentence_that_names_the_setting()
    {
        var missing = _directory.FileNamed("missing/signing-key.pem");

        var exception = Assert.Throws<StartupException>(() => SigningKeyFile.CreateIfMissing(missing, SigningAlgorithm.ES256));

        Assert.Contains(missing, exception.Message, StringComparison.Ordinal);
        Assert.Contains(SettingNames.DataDirectory, exception.Message, StringComparison.Ordinal);
    }

    private void Write(string pem) => OwnerOnlyFile.Replace(KeyFile, System.Text.Encoding.ASCII.GetBytes(pem));

    private void AssertIsRefused(string why)
    {
        var exception = Assert.Throws<StartupException>(() => SigningKeyFile.Read(KeyFile));
        Assert.Contains(KeyFile, exception.Message, StringComparison.Ordinal);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
    }
}
