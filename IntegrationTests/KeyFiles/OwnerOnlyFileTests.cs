using System.Text;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.KeyFiles;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

[Trait("Rule", "PC-03")]
public sealed class OwnerOnlyFileTests : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Makers = 8;

    /// <summary>Long enough to be written in several pieces by whoever does not take care.</summary>
    private const int Length = 200_000;

    private readonly TemporaryDirectory _directory = new();

    private string File => _directory.FileNamed("secret");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Of_eight_makers_at_once_one_wins_and_all_read_what_it_wrote()
    {
        using var start = new Barrier(Makers);

        var results = await Task.WhenAll(Enumerable.Range(0, Makers).Select(maker => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                var created = OwnerOnlyFile.TryCreate(File, Content(maker));
                return (Maker: maker, Created: created, Read: System.IO.File.ReadAllText(File));
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        var winner = Assert.Single(results, result => result.Created);
        Assert.All(results, result => Assert.Equal(Encoding.ASCII.GetString(Content(winner.Maker)), result.Read));
        Assert.Equal([File], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_file_that_is_there_is_left_as_it_is()
    {
        System.IO.File.WriteAllText(File, "old");

        Assert.False(OwnerOnlyFile.TryCreate(File, "new"u8));
        Assert.Equal("old", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_lock_file_that_a_killed_process_left_behind_means_nothing()
    {
        System.IO.File.WriteAllText($"{File}.creating", "");

        Assert.True(OwnerOnlyFile.TryCreate(File, "new"u8));
        Assert.Equal("new", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Created_and_replaced_files_are_their_owners_alone()
    {
        OwnerOnlyFile.TryCreate(File, "first"u8);
        AssertIsOwnersAlone();
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(File, OwnerAlone | UnixFileMode.OtherRead);
        }

        OwnerOnlyFile.Replace(File, "second"u8);

        AssertIsOwnersAlone();
        Assert.Equal("second", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void What_cannot_be_written_is_told_and_leaves_nothing_behind()
    {
        Directory.CreateDirectory(File);

        Assert.ThrowsAny<Exception>(() => OwnerOnlyFile.Replace(File, "new"u8));
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    private static byte[] Content(int maker) => Encoding.ASCII.GetBytes(new string((char)('a' + maker), Length));

    private void AssertIsOwnersAlone()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerAlone, System.IO.File.GetUnixFileMode(File));
        }
    }
}
