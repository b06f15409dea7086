using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.KeyFilesTests;

public sealed class OperatorKeyTests : IDisposable
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Hosts = 4;

    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.FileNamed("operator");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_set_holds_the_public_half_of_one_RSA_key_of_3072_bits_and_no_more()
    {
        var key = Assert.Single(JsonNode.Parse(OperatorKey.EnsureCreated(Folder))!["keys"]!.AsArray())!.AsObject();

        Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], key.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal("PS256", (string?)key["alg"]);
        Assert.Equal(3072 / 8, System.Buffers.Text.Base64Url.DecodeFromChars((string?)key["n"]).Length);
    }

    [Fact]
    public void Key_and_password_are_for_their_owner_alone_and_so_is_their_folder()
    {
        OperatorKey.EnsureCreated(Folder);

        Assert.Equal(
            ["registry-operator.password", "registry-operator.pem"],
            Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", File.ReadAllText(KeyFileIn(Folder)), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerReadWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
            Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(KeyFileIn(Folder)));
            Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(PasswordFile.PathBeside(KeyFileIn(Folder))));
        }
    }

    [Fact]
    public void The_next_start_finds_the_same_key()
    {
        var first = OperatorKey.EnsureCreated(Folder);
        var pem = File.ReadAllText(KeyFileIn(Folder));

        Assert.Equal(first, OperatorKey.EnsureCreated(Folder));
        Assert.Equal(pem, File.ReadAllText(KeyFileIn(Folder)));
    }

    [Fact]
    public async Task Hosts_that_start_at_once_end_with_one_key_that_can_be_opened()
    {
        using var all = new Barrier(Hosts);
        var sets = await Task.WhenAll(Enumerable.Range(0, Hosts).Select(_ => Task.Factory.StartNew(
            () =>
            {
                all.SignalAndWait();
                return OperatorKey.EnsureCreated(Folder);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Single(sets.Distinct());
        using var key = new PrivateKeyFile(
            KeyFileIn(Folder), "test", new PasswordFile(PasswordFile.PathBeside(KeyFileIn(Folder)), "test")).Open();
        Assert.Equal(new JwkSet([key.Public]).ToJson().ToJsonString(), sets[0]);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public void A_key_whose_password_is_gone_is_not_replaced()
    {
        OperatorKey.EnsureCreated(Folder);
        File.Delete(PasswordFile.PathBeside(KeyFileIn(Folder)));

        var exception = Assert.Throws<StartupException>(() => OperatorKey.EnsureCreated(Folder));

        Assert.Contains("registry-operator.password", exception.Message, StringComparison.Ordinal);
        Assert.Equal([KeyFileIn(Folder)], Directory.GetFiles(Folder));
    }

    private static string KeyFileIn(string folder) => Path.Combine(folder, OperatorKey.FileName);
}
