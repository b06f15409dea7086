using B2BAssertions.AppHost.Operator;
using B2BAssertions.IntegrationTests.Flow;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

/// <summary>The dashboard's command that asks for a rotation, from the click to the new key, with the partner's real worker.</summary>
public sealed class DashboardRotationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private string OperatorFolder => _directory.FileNamed(OperatorKey.FolderName);

    [Fact]
    [Trait("Rule", "PC-06")]
    public async Task The_partner_sees_the_wish_and_puts_a_new_key_in_the_place_of_its_own()
    {
        await using var system = await RunningSystem.StartAsync(
            new Dictionary<string, string>
            {
                ["JwksService:JwksMaxAge"] = "00:00:30",
                ["PartnerClient:Rotation:LookEvery"] = "00:00:10",
            },
            OperatorKey.EnsureCreated(OperatorFolder),
            _time);
        Assert.Null((await system.FirstReportAsync()).Failure);
        var ring = system.PartnerClient.Services.GetRequiredService<KeyRing>();
        var former = ring.Key.Kid;

        var asked = await AskAsync(system.JwksService.Address);
        Assert.True(asked.IsSuccess, asked.Error);
        Assert.Contains(former, asked.Output);

        await WaitFor.StateAsync("another key that signs", () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            return ring.Key.Kid != former && ring.State.Phase is RotationPhase.None ? ring : null;
        });
        Assert.Contains(
            system.PartnerClient.Logs.Lines,
            line => line.Contains("the registry's operator asks for it: Asked for in the dashboard.", StringComparison.Ordinal));
        var published = await system.JwksService.Client.GetStringAsync(
            new Uri(SystemSettings.JwksPath(SystemSettings.PartnerClientId), UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains(ring.Key.Kid, published);
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>The command is a process with the machine's clock, which the services' clock has to follow meanwhile.</summary>
    private Task<CommandOutput> AskAsync(string registry)
    {
        var commandLine = new OperatorCommandLine([BuiltExecutable.Of("JwksService")], registry, Path.Combine(OperatorFolder, OperatorKey.FileName));
        var asking = new PartnerOperations(commandLine).RequestRotationAsync(SystemSettings.PartnerClientId, PartnerOperations.DefaultReason, TestContext.Current.CancellationToken);
        return WaitFor.StateAsync("the end of the command", async () =>
        {
            _time.AdjustTime(DateTimeOffset.UtcNow);
            return asking.IsCompleted ? await asking : null;
        });
    }
}
