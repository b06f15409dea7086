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

    /// <summary>So it is with a server that grants the partner no such scope, as Curity in deploy/curity.</summary>
    [Fact]
    public async Task Without_the_scope_keys_the_looks_fail_quietly_and_the_flow_goes_on()
    {
        await using var client = new ClientUnderTest();
        client.Settings["PartnerClient:Rotation:Every"] = "90.00:00:00";
        client.Settings["PartnerClient:Rotation:LookEvery"] = "00:00:10";
        RefuseScopeKeys(client);
        Assert.Null((await client.RunFirstFlowAsync()).Failure);

        var report = await client.UntilAsync(report => report.Failure is not null || KeysRequests(client) >= 5);

        Assert.Null(report.Failure);
        var told = Assert.Single(client.Service.Logs.Lines, line => line.Contains("rotation_scope_refused", StringComparison.Ordinal));
        Assert.StartsWith("Information", told, StringComparison.Ordinal);
        Assert.Equal("Healthy", await client.Service.Client.GetStringAsync("/health", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_the_scope_keys_a_rotation_that_was_begun_waits_and_the_present_key_signs()
    {
        await using var client = new ClientUnderTest();
        RefuseScopeKeys(client);
        Assert.Null((await client.RunFirstFlowAsync()).Failure);
        var kid = client.Service.Services.GetRequiredService<KeyRing>().Key.Kid;
        client.Service.Services.GetRequiredService<RotationRequestFile>().Create();

        var report = await client.UntilAsync(report => report.Failure is not null || KeysRequests(client) >= 3);

        Assert.Null(report.Failure);
        Assert.Equal(kid, report.Key!.Kid);
        var told = Assert.Single(client.Service.Logs.Lines, line => line.Contains("rotation_scope_refused", StringComparison.Ordinal));
        Assert.StartsWith("Warning", told, StringComparison.Ordinal);
        Assert.Equal("Degraded", await client.Service.Client.GetStringAsync("/health", TestContext.Current.CancellationToken));
    }

    private static void RefuseScopeKeys(ClientUnderTest client) => client.Issuer.Instead = request => IsForKeys(request)
        ? Results.Json(new { error = "invalid_scope" }, statusCode: 400)
        : null;

    private static int KeysRequests(ClientUnderTest client) => client.Issuer.TokenRequests.Count(IsForKeys);

    private static bool IsForKeys(StubRequest request) => request.IsPost && StubAuthorizationServer.Form(request)["scope"] == "keys";
}
