using System.Text.Json;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient;
using B2BAssertions.PartnerClient.Flow;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>One client with its three servers, a data directory that outlives restarts, and a clock that the test moves.</summary>
internal sealed class ClientUnderTest : IAsyncDisposable
{
    /// <summary>Every look moves the clock by a second, so it is taken often.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);
    private RunningService? _service;

    /// <param name="hasKey">Whether there is a key file already: a first start costs a second that few tests are about.</param>
    public ClientUnderTest(bool hasKey = true)
    {
        Servers = new StubServers(Time);
        Settings = Servers.Settings;
        if (hasKey)
        {
            Settings["PartnerClient:KeyPassword"] = KeyFileMaker.Password;
            KeyFileMaker.Write(KeyFile, KeyFileMaker.Pem);
        }
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, 987, TimeSpan.Zero));

    public StubServers Servers { get; }

    public StubRegistry Registry => Servers.Registry;

    public StubAuthorizationServer Issuer => Servers.Issuer;

    public StubOrdersApi Orders => Servers.Orders;

    public TemporaryDirectory Directory { get; } = new();

    public Dictionary<string, string> Settings { get; }

    public string KeyFile => Directory.FileNamed("partner-key.pem");

    public string PasswordFile => Directory.FileNamed("partner-key.password");

    public RunningService Service => _service ?? throw new InvalidOperationException("The client is not running.");

    private FlowState State => Service.Services.GetRequiredService<FlowState>();

    public async Task StartServersAsync() => await Servers.StartAsync();

    public async Task StartClientAsync() => _service = await RunningService.StartAsync(
        Program.Build, new ReservedAddress(), Directory.Path, Settings, Time);

    /// <summary>The whole system, up to the end of the first flow.</summary>
    public async Task<FlowReport> RunFirstFlowAsync()
    {
        await StartServersAsync();
        await StartClientAsync();
        return await UntilAsync(_ => true);
    }

    /// <summary>Stops the client and starts it anew on the same directory, up to the end of its first flow.</summary>
    public async Task<FlowReport> RestartAsync()
    {
        await Service.DisposeAsync();
        await StartClientAsync();
        return await UntilAsync(_ => true);
    }

    public Task<FlowReport> NextFlowAsync()
    {
        var number = State.Last!.Number;
        return UntilAsync(report => report.Number > number);
    }

    /// <summary>Lets time pass, but only while the client waits for its next flow, until a flow ends as wanted.</summary>
    /// <param name="condition">What is wanted.</param>
    /// <param name="evenWhileBusy">Whether time passes during requests too, so that they run into their limits.</param>
    public Task<FlowReport> UntilAsync(Func<FlowReport, bool> condition, bool evenWhileBusy = false) => WaitFor.StateAsync(
        "a flow that ended as wanted",
        () =>
        {
            if (State.IsWaiting && State.Last is { } report && condition(report))
            {
                return report;
            }

            if (State.IsWaiting || evenWhileBusy)
            {
                Time.Advance(TimeSpan.FromSeconds(1));
            }

            return null;
        },
        Look);

    public async Task<FlowReport> ReadReportFileAsync()
    {
        await using var file = File.OpenRead(Directory.FileNamed("flow.json"));
        return (await JsonSerializer.DeserializeAsync<FlowReport>(file, FlowReport.JsonOptions, TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        await Servers.DisposeAsync();
        Directory.Dispose();
    }
}
