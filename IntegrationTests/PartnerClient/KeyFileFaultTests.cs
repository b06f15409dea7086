using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>Folders that cannot be written to: told with the setting, and nothing half-made is left.</summary>
[Trait("Rule", "PC-03")]
public sealed class KeyFileFaultTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Stores => ["pkcs8", "pkcs12"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Stores))]
    public void A_folder_that_is_missing(string store) => AssertFails(
        store, "missing/partner-key", keys => keys.Create(keys.ConfiguredName), "cannot be written", "folder that this user may write to");

    [Theory]
    [MemberData(nameof(Stores))]
    public void A_file_in_place_of_the_folder(string store)
    {
        File.WriteAllText(_directory.FileNamed("file"), "");

        AssertFails(store, "file/partner-key", keys => keys.Create(keys.ConfiguredName), "cannot be written");
    }

    /// <summary>Root may write everywhere but to what the kernel keeps.</summary>
    [Theory]
    [MemberData(nameof(Stores))]
    public void A_folder_that_nobody_may_write_to(string store)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc.");

        AssertFails(store, "/proc/partner-key", keys => keys.Create(keys.ConfiguredName), "cannot be written");
        AssertFails(store, "/proc/version", keys => Archive(keys), "cannot be moved");
        AssertFails(store, "/proc/version", keys => Erase(keys), "cannot be erased");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_disk_that_is_full_leaves_no_half_of_a_key(string store)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can mount a disk as small as this needs.");
        var disk = Directory.CreateDirectory(_directory.FileNamed("disk")).FullName;
        var (code, output) = await ProgramRun.StartAsync("mount", "-t", "tmpfs", "-o", "size=4k,mode=700", "tmpfs", disk);
        Assert.SkipUnless(code == 0, $"A disk as small as this needs cannot be mounted: {output}");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(disk, "filler"), new byte[4096], TestContext.Current.CancellationToken);

            AssertFails(store, "disk/partner-key", keys => keys.Create(keys.ConfiguredName), "cannot be written", "No space left");
            Assert.Empty(Directory.GetFiles(disk).Select(Path.GetFileName).Except(["filler", "partner-key.creating"]));

            File.Delete(Path.Combine(disk, "filler"));
            var keys = Open(store, "disk/partner-key");
            Assert.True(keys.Create(keys.ConfiguredName));
            keys.Open(keys.ConfiguredName).Dispose();
        }
        finally
        {
            await ProgramRun.StartAsync("umount", disk);
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public void A_key_that_is_not_there_is_not_archived(string store) =>
        AssertFails(store, "partner-key", keys => Archive(keys), "cannot be moved");

    private static bool Archive(KeyFileStore keys)
    {
        keys.Archive(keys.ConfiguredName, "archived");
        return true;
    }

    private static bool Erase(KeyFileStore keys)
    {
        keys.Erase(keys.ConfiguredName);
        return true;
    }

    private void AssertFails(string store, string file, Func<KeyFileStore, bool> change, params string[] parts)
    {
        var exception = Assert.Throws<StartupException>(() => change(Open(store, file)));
        Assert.StartsWith("PartnerClient:KeyFile: the key file", exception.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    private KeyFileStore Open(string store, string file)
    {
        var settings = Options.Create(new PartnerClientOptions
        {
            KeyStore = store,
            Algorithm = "ES256",
            KeyFile = file,
            KeyPassword = KeyFileMaker.Password,
        });
        var directory = new DataDirectory(_directory.Path);
        return new KeyFileStore(
            settings, directory, new KeyPassword(settings, directory, NullLogger<KeyPassword>.Instance), TimeProvider.System,
            NullLogger<KeyFileStore>.Instance);
    }
}
