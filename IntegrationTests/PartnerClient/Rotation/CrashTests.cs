using B2BAssertions.PartnerClient.Rotation;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>
/// The process ends at every moment of a rotation that makes a difference, and another one goes on: the end is the same, with one new key
/// at the registry, and at no moment is there a key that the authorization server does not accept.
/// </summary>
[Trait("Rule", "PC-06")]
public class CrashTests(RotatedPartner partner) : IClassFixture<RotatedPartner>
{
    /// <summary>Begun, generated, pending, published, signing, retired, done.</summary>
    private const int Writes = 7;

    public static TheoryData<int, bool> Moments =>
        [.. Enumerable.Range(0, 2 * Writes).Select(moment => new TheoryDataRow<int, bool>((moment / 2) + 1, moment % 2 == 1))];

    [Theory]
    [MemberData(nameof(Moments))]
    public Task A_process_that_ends_around_a_write_of_the_state_is_followed_by_one_that_goes_on(int write, bool isAfter) =>
        CrashAndGoOnAsync(new CrashPoint { AtWrite = write, IsAfterWrite = isAfter });

    [Theory]
    [InlineData("/keys")]
    [InlineData("/retire")]
    public Task A_process_that_ends_before_it_hears_the_registry_s_answer_is_followed_by_one_that_goes_on(string address) =>
        CrashAndGoOnAsync(new CrashPoint { AfterPostTo = address });

    [Fact]
    public async Task A_rotation_writes_its_state_as_often_as_these_tests_assume()
    {
        var crash = new CrashPoint();
        await using var client = await partner.StartClientAsync(crash);
        client.Ask();
        await client.RotateAsync();
        Assert.Equal(Writes, crash.Writes);
    }

    private async Task CrashAndGoOnAsync(CrashPoint crash)
    {
        var before = (await partner.ReadKeysAsync()).Count;
        string former;
        await using (var client = await partner.StartClientAsync(crash))
        {
            former = client.Ring.Key.Kid;
            before = (await partner.ReadKeysAsync()).Count;
            client.Ask();
            await Assert.ThrowsAsync<CrashException>(client.RotateAsync);
        }

        await using (var client = await partner.StartClientAsync())
        {
            await client.AssertIsAcceptedAsync();
            if (client.Ring.Key.Kid == former || client.State.Phase is not RotationPhase.None)
            {
                await client.RotateAsync();
            }

            await AssertRotatedAsync(client, former, before);
        }
    }

    private async Task AssertRotatedAsync(BuiltClient client, string former, int keysBefore)
    {
        var current = client.Ring.Key.Kid;
        Assert.NotEqual(former, current);
        Assert.Equal([current], await partner.ReadUsableKidsAsync());
        Assert.Equal(keysBefore + 1, (await partner.ReadKeysAsync()).Count);
        Assert.Equal((RotationPhase.None, null, null), (client.State.Phase, client.State.Next, client.State.Previous));
        Assert.Equal(former, client.State.Archived[^1].Kid);
        Assert.False(client.Get<RotationRequestFile>().IsThere);

        // One key to sign with on disk, and the former one in the archive, where nothing opens it.
        var files = Directory.GetFiles(partner.DataDirectory, "*.pem").Select(file => Path.GetFileName(file)!).ToList();
        Assert.Equal([client.State.Current.Name], files.Where(file => !file.Contains(".retired-", StringComparison.Ordinal)));
        Assert.Contains(client.State.Archived[^1].Name, files);

        partner.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal([current], await partner.ReadPublishedAsync());
        await client.AssertIsAcceptedAsync();
    }
}
