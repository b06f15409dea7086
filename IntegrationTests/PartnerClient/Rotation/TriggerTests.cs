using B2BAssertions.PartnerClient.Rotation;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>Why a rotation begins: the key's age, a command, the wish of the registry's operator.</summary>
[Trait("Rule", "PC-06")]
public class TriggerTests(RotatedPartner partner) : IClassFixture<RotatedPartner>
{
    [Fact]
    public async Task A_key_is_rotated_when_it_is_as_old_as_the_settings_say_and_not_before()
    {
        await using var client = await StartAsync(every: "90.00:00:00", lookEvery: "0");
        var former = client.Ring.Key.Kid;
        await PassLookAsync(client);
        var createdAt = client.State.Current.CreatedAt!.Value;

        partner.Time.AdjustTime(createdAt.AddDays(90).AddSeconds(-1));
        await RestAsync(client);
        partner.Time.AdjustTime(createdAt.AddDays(90));
        await client.RotateAsync();

        Assert.NotEqual(former, client.Ring.Key.Kid);
        Assert.Contains("PartnerClient:Rotation:Every", client.State.Cause, StringComparison.Ordinal);

        // The new one is young.
        await RestAsync(client);
    }

    [Fact]
    public async Task With_0_a_key_is_never_too_old_and_the_registry_is_never_asked()
    {
        await using var client = await StartAsync(every: "0", lookEvery: "0");
        await partner.OperateAsync(client.Ring.Key.Kid, "request-rotation");
        partner.Time.AdjustTime(partner.Time.GetUtcNow().AddDays(100));

        await RestAsync(client);
        await client.RotateAfterAskingAsync();
    }

    [Fact]
    public async Task The_operator_s_wish_is_found_within_the_time_between_two_looks_and_ends_with_the_rotation()
    {
        await using var client = await StartAsync(every: "0", lookEvery: "00:05:00");
        await PassLookAsync(client);
        await partner.OperateAsync(client.Ring.Key.Kid, "request-rotation");

        var rest = await RestAsync(client);
        Assert.InRange(rest, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        partner.Time.Advance(rest);
        await client.RotateAsync();

        Assert.Contains("because the test wants it", client.State.Cause, StringComparison.Ordinal);
        partner.Time.Advance(TimeSpan.FromMinutes(5));
        await RestAsync(client);
    }

    [Fact]
    public async Task A_key_that_the_operator_lets_go_is_rotated_before_it_leaves()
    {
        await using var client = await StartAsync(every: "0", lookEvery: "00:05:00");
        await partner.OperateAsync(client.Ring.Key.Kid, "retire", new() { ["overlapSeconds"] = 1200 });

        await PassLookAsync(client, expectRest: false);
        await client.RotateAsync();

        Assert.Equal([client.Ring.Key.Kid], await partner.ReadUsableKidsAsync());
    }

    [Fact]
    public async Task A_request_by_command_is_fulfilled_once()
    {
        await using var client = await StartAsync(every: "0", lookEvery: "0");
        await client.RotateAfterAskingAsync();
        await RestAsync(client);
    }

    [Fact]
    public async Task Archived_keys_are_erased_when_the_settings_say_so_and_kept_otherwise()
    {
        await using (var keeping = await StartAsync(every: "0", lookEvery: "0"))
        {
            await keeping.RotateAfterAskingAsync();
            partner.Time.AdjustTime(partner.Time.GetUtcNow().AddDays(2));
            await RestAsync(keeping);
            Assert.All(keeping.State.Archived, key => Assert.True(File.Exists(Path.Combine(partner.DataDirectory, key.Name))));
        }

        partner.Settings["PartnerClient:Rotation:EraseArchivedAfter"] = "1.00:00:00";
        await using var client = await StartAsync(every: "0", lookEvery: "0");
        partner.Settings.Remove("PartnerClient:Rotation:EraseArchivedAfter");
        await client.RotateAfterAskingAsync();
        await RestAsync(client);

        var young = Assert.Single(client.State.Archived);
        Assert.Equal(
            [client.State.Current.Name, young.Name],
            Directory.GetFiles(partner.DataDirectory, "*.pem").Select(Path.GetFileName).OrderBy(name => name == young.Name));
    }

    private async Task<BuiltClient> StartAsync(string every, string lookEvery)
    {
        partner.Settings["PartnerClient:Rotation:Every"] = every;
        partner.Settings["PartnerClient:Rotation:LookEvery"] = lookEvery;
        return await partner.StartClientAsync();
    }

    /// <summary>The first look after a start comes after half a minute.</summary>
    private async Task PassLookAsync(BuiltClient client, bool expectRest = true)
    {
        await RestAsync(client);
        partner.Time.Advance(TimeSpan.FromSeconds(30));
        if (expectRest)
        {
            await RestAsync(client);
        }
    }

    /// <summary>There is nothing to rotate now.</summary>
    private static async Task<TimeSpan> RestAsync(BuiltClient client)
    {
        var step = await client.StepAsync();
        Assert.Null(step.Failure);
        Assert.Equal(RotationPhase.None, client.State.Phase);
        return step.Wait!.Value;
    }
}
