using System.Net;
using System.Text.Json;

using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

using Xunit;

namespace B2BAssertions.AppHost.Tests;

/// <summary>The embedded system under the real orchestrator, from nothing to the orders.</summary>
public sealed class EmbeddedStartTests
{
    /// <summary>A failure must not hang the run; a start takes seconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Where Docker's command line and Aspire find the engine.</summary>
    private const string EngineVariable = "DOCKER_HOST";

    /// <summary>The client is healthy when its last flow reached the orders.</summary>
    [Fact]
    public async Task The_first_flow_reaches_the_orders_and_the_dashboard_commands_work()
    {
        var data = Directory.CreateTempSubdirectory("b2bassertions-apphost");
        try
        {
            await StartAndTryAsync(data.FullName);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_container_engine_whatever_needs_one_fails_at_once_and_says_why()
    {
        var engine = Environment.GetEnvironmentVariable(EngineVariable);
        var data = Directory.CreateTempSubdirectory("b2bassertions-apphost");
        try
        {
            Environment.SetEnvironmentVariable(EngineVariable, "unix:///nobody-listens-here.sock");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Limit);
            await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
                [$"--{SettingNames.DataDirectory}={data.FullName}", "--Storage=postgres", "--ASPIRE_CONTAINER_RUNTIME=docker"],
                limit.Token);
            await using var application = await builder.BuildAsync(limit.Token);
            await application.StartAsync(limit.Token);

            foreach (var name in new[] { "postgres", ServiceNames.AuthorizationServer, ServiceNames.JwksService, ServiceNames.OrdersApi, ServiceNames.PartnerClient })
            {
                Assert.Equal(
                    KnownResourceStates.FailedToStart,
                    await application.ResourceNotifications.WaitForResourceAsync(
                        name, [KnownResourceStates.FailedToStart, KnownResourceStates.Running], limit.Token));
            }

            var logs = application.Services.GetRequiredService<ResourceLoggerService>();
            await foreach (var lines in logs.WatchAsync(builder.Resources.Single(resource => resource.Name == "postgres")).WithCancellation(limit.Token))
            {
                Assert.Contains(lines, line => line.Content.Contains("no container engine answers ('docker version' fails)", StringComparison.Ordinal));
                break;
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(EngineVariable, engine);
            data.Delete(recursive: true);
        }
    }

    private static async Task StartAndTryAsync(string data)
    {
        var report = Path.Combine(data, "first-flow.json");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            // With no second flow after a success, the report is the first one's unless that failed.
            [$"--{SettingNames.DataDirectory}={data}", $"--PartnerClient:FlowReportFile={report}", "--PartnerClient:PollInterval=00:10:00"],
            limit.Token);
        await using var application = await builder.BuildAsync(limit.Token);
        await application.StartAsync(limit.Token);

        await application.ResourceNotifications.WaitForResourceHealthyAsync(ServiceNames.PartnerClient, limit.Token);

        using var flow = JsonDocument.Parse(await File.ReadAllTextAsync(report, limit.Token));
        Assert.Equal(1, flow.RootElement.GetProperty("number").GetInt32());
        Assert.Equal(JsonValueKind.Null, flow.RootElement.GetProperty("failure").ValueKind);

        using var http = new HttpClient();
        var jwks = await http.GetStringAsync(
            new Uri(SystemAddresses.Default.JwksService + SystemSettings.JwksPath(SystemSettings.PartnerClientId)), limit.Token);
        Assert.Contains("\"kid\"", jwks);
        using var health = await http.GetAsync(application.GetEndpoint(ServiceNames.PartnerClient, "http") + "health", limit.Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        await AssertCommandsWorkAsync(application, limit.Token);

        // The client looks its key up at its start, and hears what became of it.
        await application.ResourceCommands.ExecuteCommandAsync(ServiceNames.PartnerClient, KnownResourceCommands.RestartCommand, limit.Token);
        await application.ResourceNotifications.WaitForResourceAsync(
            ServiceNames.PartnerClient, state => state.Snapshot.HealthStatus == HealthStatus.Degraded, limit.Token);

        // It is Degraded before its first flow too: the report is what tells that the flow ended.
        Assert.Equal("key_revoked", await FailureInAsync(report, limit.Token));
    }

    private static async Task AssertCommandsWorkAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        foreach (var command in new[] { "suspend-partner", "revoke-key" })
        {
            foreach (var confirmation in new[] { Arguments(), Arguments(("confirm", "another-partner")) })
            {
                var refused = await application.ResourceCommands.ExecuteCommandAsync(ServiceNames.PartnerClient, command, confirmation, cancellationToken);
                Assert.False(refused.Success, $"{command} without the partner's client id");
            }
        }

        foreach (var command in new[] { "replay-assertion", "suspend-partner", "resume-partner", "rotate-key", "revoke-key" })
        {
            var arguments = command is "suspend-partner" or "revoke-key"
                ? Arguments(("confirm", SystemSettings.PartnerClientId), ("reason", "A test asks for it."))
                : Arguments();
            var result = await application.ResourceCommands.ExecuteCommandAsync(ServiceNames.PartnerClient, command, arguments, cancellationToken);
            Assert.True(result.Success, $"{command}: {result.Message}");
        }
    }

    private static async Task<string?> FailureInAsync(string report, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var flow = JsonDocument.Parse(await File.ReadAllTextAsync(report, cancellationToken));
            if (flow.RootElement.GetProperty("failure") is { ValueKind: JsonValueKind.Object } failure)
            {
                return failure.GetProperty("code").GetString();
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    private static InteractionInputCollection Arguments(params (string Name, string Value)[] values) =>
        new([.. values.Select(value => new InteractionInput { Name = value.Name, Value = value.Value, InputType = InputType.Text })]);
}
