using System.Net;
using System.Text.Json.Nodes;

using B2BAssertions.AppHost.Operator;
using B2BAssertions.IntegrationTests.Flow;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

/// <summary>What the commands of the dashboard do, at the real services: the dashboard only shows their outcome.</summary>
public sealed class DashboardCommandTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private RunningSystem _system = null!;

    private string OperatorFolder => _directory.FileNamed(OperatorKey.FolderName);

    private string Registry => _system.JwksService.Address;

    private PartnerOperations Operations => OperationsWith(OperatorFolder);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(operatorJwks: OperatorKey.EnsureCreated(OperatorFolder));
        await _system.FirstReportAsync();
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_replayed_assertion_is_accepted_once()
    {
        using var key = OperatorKey.Open(OperatorFolder);
        using var http = new HttpClient();
        var issuer = _system.AuthorizationServer.Address;

        var outcome = await new AssertionReplay(http, TimeProvider.System).RunAsync(issuer, $"{issuer}/token", Registry, key, Cancelled);

        Assert.True(outcome.IsRefused);
        Assert.Equal(HttpStatusCode.Unauthorized, outcome.Second);
        Assert.Equal("invalid_client", outcome.SecondError);
        Assert.Contains(
            _system.AuthorizationServer.Logs.Lines,
            line => line.Contains("assertion_replayed", StringComparison.Ordinal) && line.Contains(outcome.TraceId!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_suspended_partner_has_an_empty_key_set_until_it_is_resumed()
    {
        Assert.True((await Operations.SuspendAsync(SystemSettings.PartnerClientId, PartnerOperations.DefaultReason, Cancelled)).IsSuccess);
        Assert.DoesNotContain("\"kid\"", await KeySetAsync());

        Assert.True((await Operations.ResumeAsync(SystemSettings.PartnerClientId, Cancelled)).IsSuccess);
        Assert.Contains("\"kid\"", await KeySetAsync());
    }

    [Fact]
    public async Task A_revoked_key_leaves_the_key_set_and_a_second_time_there_is_none()
    {
        var revoked = await Operations.RevokeKeyAsync(SystemSettings.PartnerClientId, PartnerOperations.DefaultReason, Cancelled);
        Assert.True(revoked.IsSuccess, revoked.Error);
        Assert.DoesNotContain("\"kid\"", await KeySetAsync());

        var again = await Operations.RevokeKeyAsync(SystemSettings.PartnerClientId, PartnerOperations.DefaultReason, Cancelled);
        Assert.False(again.IsSuccess);
        Assert.Contains("no active key", again.Failure);

        var rotation = await Operations.RequestRotationAsync(SystemSettings.PartnerClientId, PartnerOperations.DefaultReason, Cancelled);
        Assert.False(rotation.IsSuccess);
        Assert.Contains("no active key", rotation.Failure);
    }

    [Fact]
    public async Task With_a_key_that_the_server_does_not_know_nothing_is_asked_for()
    {
        var folder = _directory.FileNamed("stranger");
        OperatorKey.EnsureCreated(folder);

        var asked = await OperationsWith(folder).RequestRotationAsync(SystemSettings.PartnerClientId, PartnerOperations.DefaultReason, Cancelled);

        Assert.False(asked.IsSuccess);
        Assert.Contains("invalid_client", asked.Error);
        var keys = await CommandLineWith(OperatorFolder).RunAsync(["keys", "list", SystemSettings.PartnerClientId, "--json"], Cancelled);
        var key = JsonNode.Parse(keys.Output)!["keys"]!.AsArray().Single()!;
        Assert.Null(key["rotationRequestedAt"]);
        Assert.Equal("active", (string?)key["state"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        _directory.Dispose();
    }

    private PartnerOperations OperationsWith(string operatorFolder) => new(CommandLineWith(operatorFolder));

    private OperatorCommandLine CommandLineWith(string operatorFolder) =>
        new([BuiltExecutable.Of("JwksService")], Registry, Path.Combine(operatorFolder, OperatorKey.FileName));

    private Task<string> KeySetAsync() =>
        _system.JwksService.Client.GetStringAsync(new Uri(SystemSettings.JwksPath(SystemSettings.PartnerClientId), UriKind.Relative), Cancelled);
}
