using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Rotation;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>The rotation beside the flow, in the running worker.</summary>
[Trait("Rule", "PC-06")]
public class WorkerTests
{
    [Fact]
    public async Task A_registry_that_is_away_degrades_the_health_and_not_the_flow()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Scope = "read keys";
        await client.RunFirstFlowAsync();
        var kid = client.Service.Services.GetRequiredService<KeyRing>().Key.Kid;
        client.Registry.Instead = request => request.IsPost ? Results.StatusCode(503) : null;
        client.Service.Services.GetRequiredService<RotationRequestFile>().Create();

        var status = client.Service.Services.GetRequiredService<RotationStatus>();
        var report = await client.UntilAsync(_ => status.Failure is { Code: "server_unavailable" });

        Assert.Null(report.Failure);
        Assert.Equal(kid, report.Key!.Kid);
        Assert.Equal("Degraded", await client.Service.Client.GetStringAsync("/health", TestContext.Current.CancellationToken));
        await WaitFor.StateAsync("a line about it", () => client.Service.Logs.Lines.FirstOrDefault(line =>
            line.Contains("Rotation does not go on from Generated: server_unavailable", StringComparison.Ordinal)));
    }
}
