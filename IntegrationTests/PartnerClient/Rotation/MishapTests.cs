using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Rotation;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>What goes wrong on the way costs the rotation time, never the key that signs.</summary>
[Trait("Rule", "PC-06")]
public class MishapTests(RotatedPartner partner) : IClassFixture<RotatedPartner>
{
    [Fact]
    public async Task A_new_key_that_is_revoked_while_it_is_pending_is_put_away_and_another_one_made()
    {
        await using var client = await partner.StartClientAsync();
        client.Ask();
        await client.StepAsync();
        await client.RunUntilAsync(RotationPhase.Pending);
        var revoked = client.State.Next!.Kid!;
        await partner.OperateAsync(revoked, "revoke");

        Assert.Equal("rotation_key_taken_away", (await client.StepAsync()).Failure!.Code);
        await client.AssertIsAcceptedAsync();
        await client.RotateAsync();

        Assert.NotEqual(revoked, client.Ring.Key.Kid);
        Assert.Equal([client.Ring.Key.Kid], await partner.ReadUsableKidsAsync());
        Assert.Contains(client.State.Archived, key => key.Kid == revoked);
    }

    [Fact]
    public async Task When_the_present_key_is_revoked_the_pending_one_takes_over_at_once()
    {
        await using var client = await partner.StartClientAsync();
        client.Ask();
        await client.StepAsync();
        await client.RunUntilAsync(RotationPhase.Pending);
        var next = client.State.Next!.Kid;
        Assert.NotNull((await client.StepAsync()).WaitsFor);
        await partner.OperateAsync(client.Ring.Key.Kid, "revoke");

        Assert.Null((await client.StepAsync()).Failure);

        Assert.Equal((RotationPhase.Signing, next), (client.State.Phase, client.Ring.Key.Kid));
        await client.RunUntilAsync(RotationPhase.None);
        Assert.Contains(client.Logs.Lines, line => line.Contains("takes over before its time", StringComparison.Ordinal));

        // The registry does not count it as active yet. A next key that is lost now can be taken back all the same.
        client.Ask();
        await client.StepAsync();
        await client.RunUntilAsync(RotationPhase.Pending);
        File.Delete(Path.Combine(partner.DataDirectory, client.State.Next!.Name));
        await client.RotateAsync();
    }

    [Fact]
    public async Task The_new_key_does_not_sign_before_max_age_is_over_even_when_the_operator_activates_it()
    {
        await using var client = await partner.StartClientAsync();
        var former = client.Ring.Key.Kid;
        client.Ask();
        await client.StepAsync();
        await client.RunUntilAsync(RotationPhase.Pending);
        await partner.OperateAsync(client.State.Next!.Kid!, "activate");
        var published = partner.Time.GetUtcNow();

        await client.RunUntilAsync(RotationPhase.Signing);

        Assert.True(partner.Time.GetUtcNow() - published >= TimeSpan.FromSeconds(30));
        Assert.NotEqual(former, client.Ring.Key.Kid);
        await client.RunUntilAsync(RotationPhase.None);
    }

    [Fact]
    public async Task A_next_key_that_is_lost_here_is_withdrawn_and_another_one_made()
    {
        await using var client = await partner.StartClientAsync();
        client.Ask();
        await client.StepAsync();
        await client.RunUntilAsync(RotationPhase.Pending);
        var lost = client.State.Next!;
        File.Delete(Path.Combine(partner.DataDirectory, lost.Name));

        await client.RotateAsync();

        Assert.NotEqual(lost.Kid, client.Ring.Key.Kid);
        Assert.Equal([client.Ring.Key.Kid], await partner.ReadUsableKidsAsync());
    }

    [Fact]
    public async Task A_next_key_that_cannot_be_written_fails_the_rotation_and_leaves_the_present_key_signing()
    {
        await using var client = await partner.StartClientAsync();
        var former = client.Ring.Key.Kid;
        client.Ask();
        await client.StepAsync();

        // A folder where the file's lock would be: nothing can be written there, for root neither.
        var obstacle = Path.Combine(partner.DataDirectory, $"{client.State.Next!.Name}.creating");
        Directory.CreateDirectory(obstacle);
        var failure = (await client.StepAsync()).Failure!;

        Assert.Equal(("rotation_key_failed", false), (failure.Code, failure.IsPermanent));
        Assert.Contains(client.State.Next.Name, failure.Message, StringComparison.Ordinal);
        Assert.Contains("room on the disk", failure.WhatToDo, StringComparison.Ordinal);
        Assert.Equal((RotationPhase.Begun, former), (client.State.Phase, client.Ring.Key.Kid));
        await client.AssertIsAcceptedAsync();

        Directory.Delete(obstacle);
        await client.RotateAsync();
        Assert.NotEqual(former, client.Ring.Key.Kid);
    }

    [Fact]
    public async Task A_state_that_cannot_be_written_fails_the_rotation_before_anything_is_done()
    {
        await using var client = await partner.StartClientAsync();
        var keys = (await partner.ReadKeysAsync()).Count;
        await client.RotateAfterAskingAsync();
        var former = client.Ring.Key.Kid;
        var state = Path.Combine(partner.DataDirectory, RotationStateFile.FileName);
        var content = await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken);
        File.Delete(state);
        Directory.CreateDirectory(state);
        client.Ask();

        var failure = (await client.StepAsync()).Failure!;

        Assert.Equal("rotation_state_unwritable", failure.Code);
        Assert.Equal((RotationPhase.None, former), (client.State.Phase, client.Ring.Key.Kid));
        Assert.Equal(keys + 1, (await partner.ReadKeysAsync()).Count);
        Directory.Delete(state);
        await File.WriteAllBytesAsync(state, content, TestContext.Current.CancellationToken);
        await client.RotateAsync();
    }

    [Fact]
    [Trait("Rule", "PC-03")]
    public async Task The_state_is_its_owner_s_alone_and_holds_no_secret()
    {
        await using var client = await partner.StartClientAsync();
        await client.RotateAfterAskingAsync();
        var state = Path.Combine(partner.DataDirectory, RotationStateFile.FileName);
        var text = await File.ReadAllTextAsync(state, TestContext.Current.CancellationToken);

        Assert.DoesNotContain("PRIVATE", text, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyFileMaker.Password, text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(state));
        }
    }

    [Fact]
    public async Task Another_process_of_the_folder_follows_the_one_that_rotates()
    {
        await using var client = await partner.StartClientAsync();
        await using var follower = await partner.StartClientAsync();
        Assert.True(client.Get<RotationLock>().TryTake());
        Assert.False(follower.Get<RotationLock>().TryTake());

        await client.RotateAfterAskingAsync();
        follower.Ring.Follow();

        Assert.Equal(client.Ring.Key.Kid, follower.Ring.Key.Kid);
        await follower.AssertIsAcceptedAsync();
    }

    [Fact]
    public async Task No_key_is_made_in_a_folder_in_which_a_second_one_is_the_only_one()
    {
        await using var client = await partner.StartClientAsync();
        await client.RotateAfterAskingAsync();
        if (client.State.Current.Name == client.Get<IKeyStore>().ConfiguredName)
        {
            await client.RotateAfterAskingAsync();
        }

        File.Delete(Path.Combine(partner.DataDirectory, RotationStateFile.FileName));
        await using var restarted = await partner.StartClientAsync();

        Assert.Equal(client.Ring.Key.Kid, restarted.Ring.Key.Kid);
    }
}
