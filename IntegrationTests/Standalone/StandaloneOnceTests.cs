using System.Text.Json;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

[Collection(RunningStandalone.OneAtATime)]
public sealed class StandaloneOnceTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly FreePorts _ports = FreePorts.Find();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Once_with_json_prints_one_JSON_object_and_nothing_else()
    {
        await using var standalone = RunningStandalone.Start(_data.Path, _ports, "--once", "--json");

        Assert.Equal(0, await standalone.WaitForExitAsync());
        Assert.Empty(standalone.Error);
        using var summary = JsonDocument.Parse(standalone.Output);
        Assert.Equal(
            ["kid", "jwksUri", "issuer", "scope", "orderCount", "traceId", "elapsedMs"],
            summary.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal($"http://localhost:{_ports.AuthorizationServer}", summary.RootElement.GetProperty("issuer").GetString());
        Assert.Equal(SystemSettings.ReadScope, summary.RootElement.GetProperty("scope").GetString());
        Assert.NotEqual(0, summary.RootElement.GetProperty("orderCount").GetInt32());
        Assert.Matches("^[0-9a-f]{32}$", summary.RootElement.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task A_second_run_uses_the_same_key_and_does_not_enrol_again()
    {
        var first = await RunOnceAsync();
        var second = await RunOnceAsync();

        Assert.True(first.Key!.Created);
        Assert.True(first.Enrolment!.Enrolled);
        Assert.Equal(first.Key.Kid, second.Key!.Kid);
        Assert.False(second.Key.Created);
        Assert.False(second.Enrolment!.Enrolled);
    }

    [Fact]
    public async Task Once_shows_every_step_without_colours_when_its_output_is_redirected()
    {
        await using var standalone = RunningStandalone.Start(_data.Path, _ports, "--once");

        Assert.Equal(0, await standalone.WaitForExitAsync());
        foreach (var step in (string[])["1 Key", "2 Enrolment", "3 JWKS", "4 Assertion", "5 Access token", "6 Orders"])
        {
            Assert.Contains(step, standalone.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\e', standalone.Output);
    }

    private async Task<FlowReport> RunOnceAsync()
    {
        await using var standalone = RunningStandalone.Start(_data.Path, _ports, "--once", "--json");
        Assert.Equal(0, await standalone.WaitForExitAsync());
        await using var report = File.OpenRead(_data.FileNamed("flow-report.json"));
        return (await JsonSerializer.DeserializeAsync<FlowReport>(report, FlowReport.JsonOptions))!;
    }
}
