using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Rotation;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>One whole rotation for somebody who waits for it.</summary>
[Trait("Rule", "PC-06")]
public class RotationRunTests(RotatedPartner partner) : IClassFixture<RotatedPartner>
{
    [Fact]
    public async Task Without_a_worker_it_rotates_by_itself_and_says_what_it_waits_for()
    {
        await using var client = await partner.StartClientAsync();
        var former = client.Ring.Key.Kid;
        var told = new List<string>();

        Assert.Null(await EndOfAsync(partner, client.Get<RotationRun>().RunAsync(told.Add, TestContext.Current.CancellationToken)));

        Assert.NotEqual(former, client.Ring.Key.Kid);
        Assert.Contains(told, line => line.Contains("somebody may hold a key set without", StringComparison.Ordinal));
        Assert.Equal($"The key {client.Ring.Key.Kid} signs.", told[^1]);
        Assert.Equal([client.Ring.Key.Kid], await partner.ReadUsableKidsAsync());
    }

    [Fact]
    public async Task Beside_a_worker_it_asks_that_one_and_follows_it()
    {
        await using var worker = await partner.StartClientAsync();
        await using var client = await partner.StartClientAsync();
        Assert.True(worker.Get<RotationLock>().TryTake());
        var run = client.Get<RotationRun>().RunAsync(_ => { }, TestContext.Current.CancellationToken);

        await worker.RotateAsync();
        Assert.Null(await EndOfAsync(partner, run));

        Assert.Equal(worker.Ring.Key.Kid, client.Ring.Key.Kid);
    }

    [Fact]
    public async Task What_only_a_person_can_change_ends_it_with_the_reason()
    {
        // A partner of its own: it has no key any more afterwards.
        await using var lost = new RotatedPartner();
        await lost.InitializeAsync();
        await using var client = await lost.StartClientAsync();
        client.Ask();
        await client.StepAsync();
        await client.RunUntilAsync(RotationPhase.Generated);
        await lost.OperateAsync(client.Ring.Key.Kid, "revoke");
        lost.Time.Advance(TimeSpan.FromMinutes(1));
        client.Get<KeysToken>().Forget();

        var failure = await EndOfAsync(lost, client.Get<RotationRun>().RunAsync(_ => { }, TestContext.Current.CancellationToken));

        Assert.Equal("token_refused", failure!.Code);
        Assert.Contains("invalid_client", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Lets time pass until it ends.</summary>
    private static async Task<FlowFailure?> EndOfAsync(RotatedPartner partner, Task<FlowFailure?> run)
    {
        await WaitFor.StateAsync("the end of the run", () =>
        {
            partner.Time.Advance(run.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
            return run.IsCompleted ? (object)run : null;
        });
        return await run;
    }
}
