using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

using Xunit;

namespace B2BAssertions.IntegrationTests.Flow;

/// <summary>PartnerClient's executable beside the four real services: nothing between them is played by a test.</summary>
public sealed class PartnerCommandTests
{
    private const string NewOrder = """{"currency":"EUR","lines":[{"sku":"b","description":"bolt","quantity":2,"unitPrice":1.25}]}""";

    [Fact]
    public async Task A_partner_works_by_hand_beside_its_worker()
    {
        await using var system = await RunningSystem.StartAsync();
        Assert.Null((await system.FirstReportAsync()).Failure);

        var keys = JsonNode.Parse((await TypeWellAsync(system, "", "keys", "list", "--registry", "--json")).Output)!["keys"]!.AsArray();
        Assert.Equal(("current", "active"), ((string?)Assert.Single(keys)!["role"], (string?)keys[0]!["registryState"]));

        var raw = await TypeAsync(system, "", "token", "get", "--raw");
        Assert.Equal((2, ""), (raw.ExitCode, raw.Output));

        string[] create = ["orders", "create", "--file", "-", "--idempotency-key", "key-of-the-test", "--json"];
        var placed = JsonNode.Parse((await TypeWellAsync(system, NewOrder, create)).Output)!;
        var again = JsonNode.Parse((await TypeWellAsync(system, NewOrder, create)).Output)!;
        Assert.Equal((string?)placed["id"], (string?)again["id"]);
        var shown = await TypeWellAsync(system, "", "orders", "get", (string)placed["id"]!);
        Assert.Contains("2.50", shown.Output, StringComparison.Ordinal);

        var worker = await TypeAsync(system, "", "run", "--PartnerClient:Algorithm=none");
        Assert.Equal(1, worker.ExitCode);
        Assert.StartsWith("Cannot start. PartnerClient:Algorithm is 'none'", worker.Error, StringComparison.Ordinal);
    }

    private static async Task<Typed> TypeWellAsync(RunningSystem system, string input, params string[] args)
    {
        var typed = await TypeAsync(system, input, args);
        Assert.True(typed.ExitCode == 0, $"{string.Join(' ', args)}: {typed.Error}");
        return typed;
    }

    private static Task<Typed> TypeAsync(RunningSystem system, string input, params string[] args) =>
        PartnerCommand.TypeAsync(system.PartnerSettings, input, args);
}
