using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

[Trait("Rule", "PC-03")]
public sealed class KeyImporterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly IOptions<PartnerClientOptions> _settings =
        Options.Create(new PartnerClientOptions { Algorithm = "ES256", KeyPassword = KeyFileMaker.Password });

    private string Source => _directory.FileNamed("source.pem");

    private KeyFileStore Store => new(
        _settings,
        new DataDirectory(_directory.Path),
        new KeyPassword(_settings, new DataDirectory(_directory.Path), NullLogger<KeyPassword>.Instance),
        TimeProvider.System,
        NullLogger<KeyFileStore>.Instance);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("pkcs8")]
    [InlineData("pkcs12")]
    public void A_key_is_stored_encrypted_and_its_source_is_left_as_it_is(string store)
    {
        _settings.Value.KeyStore = store;
        var source = WriteSource(ECDsa.Create(ECCurve.NamedCurves.nistP256));

        var (imported, _) = new KeyImporter(Store, _settings).Import(Source, password: null, "mine.key");

        using var key = Store.Open("mine.key");
        Assert.Equal(key.Kid, imported.KeyId);
        Assert.Equal(source, File.ReadAllText(Source));
        Assert.DoesNotContain("BEGIN PRIVATE KEY", File.ReadAllText(_directory.FileNamed("mine.key")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_there_is_not_replaced()
    {
        WriteSource(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Store.Create("mine.key");
        using var before = Store.Open("mine.key");

        AssertRefused("is there already", "mine.key");

        using var after = Store.Open("mine.key");
        Assert.Equal(before.Kid, after.Kid);
    }

    [Fact]
    public void A_key_for_another_algorithm_is_refused()
    {
        WriteSource(RSA.Create(2048));

        AssertRefused("holds a key for PS256", "PartnerClient:Algorithm");
        Assert.False(Store.Exists("mine.key"));
    }

    [Fact]
    public void A_file_that_holds_no_key_is_refused()
    {
        File.WriteAllText(Source, "no key");

        AssertRefused(Source, "expected one private key");
    }

    [Fact]
    public void A_file_that_is_away_is_told() => AssertRefused(Source, "cannot be read");

    [Fact]
    public void A_file_that_is_far_too_large_is_told()
    {
        File.WriteAllBytes(Source, new byte[70_000]);

        AssertRefused(Source, "it is no key");
    }

    /// <summary>As <c>keys import /dev/stdin</c> has it: such a file has no length.</summary>
    [Fact]
    public void A_key_is_read_from_a_pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no files that are pipes of this process.");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reading = pipe.ClientSafePipeHandle;
        pipe.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        pipe.Dispose();

        var (imported, _) = new KeyImporter(Store, _settings).Import($"/dev/fd/{reading.DangerousGetHandle()}", password: null, "mine.key");

        Assert.Equal(PublicJwk.FromKey(key).Thumbprint, imported.Thumbprint);
    }

    private void AssertRefused(params string[] parts)
    {
        var exception = Assert.Throws<StartupException>(() => new KeyImporter(Store, _settings).Import(
            Source, new PasswordFile(_directory.FileNamed("none"), "--password-file"), "mine.key"));
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    private string WriteSource(AsymmetricAlgorithm key)
    {
        using (key)
        {
            var pem = key.ExportPkcs8PrivateKeyPem();
            File.WriteAllText(Source, pem);
            return pem;
        }
    }
}
