using System.Text.Json;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.IntegrationTests.Flow;

/// <summary>The four real services with the settings that Standalone and AppHost give them.</summary>
internal sealed class RunningSystem : IAsyncDisposable
{
    public const string EnrolmentToken = "an-enrolment-token-that-only-this-test-knows-0123456789";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<RunningService> _services = [];
    private IReadOnlyDictionary<string, string> _more = new Dictionary<string, string>();
    private TimeProvider? _time;

    /// <summary>The settings of the client and its data directory, for whoever works beside it.</summary>
    public Dictionary<string, string> PartnerSettings { get; private set; } = [];

    public string ReportFile => _directory.FileNamed("flow-report.json");

    public RunningService AuthorizationServer => _services[0];

    public RunningService JwksService => _services[1];

    public RunningService OrdersApi => _services[2];

    public RunningService PartnerClient => _services[3];

    /// <param name="more">Settings beside those that the hosts give, for whichever service has them.</param>
    /// <param name="operatorJwks">The public keys of the registry's operator; without them there is no such client.</param>
    /// <param name="time">The clock of all four.</param>
    public static async Task<RunningSystem> StartAsync(
        IReadOnlyDictionary<string, string>? more = null, string? operatorJwks = null, TimeProvider? time = null)
    {
        using var client = new ReservedAddress();
        var system = await StartServersAsync(more, operatorJwks, time);
        await system.AddAsync(
            B2BAssertions.PartnerClient.Program.Build,
            client,
            new(system.PartnerSettings)
            {
                [SettingNames.PartnerClientEnrolmentToken] = EnrolmentToken,
                [SettingNames.FlowReportFile] = system.ReportFile,
            });
        return system;
    }

    /// <summary>The same without the client, which the test runs as processes of its own.</summary>
    public static async Task<RunningSystem> StartServersAsync(
        IReadOnlyDictionary<string, string>? more = null, string? operatorJwks = null, TimeProvider? time = null)
    {
        using var issuer = new ReservedAddress();
        using var registry = new ReservedAddress();
        using var orders = new ReservedAddress();
        var addresses = new SystemAddresses(issuer.Address, registry.Address, orders.Address);
        var system = new RunningSystem { _more = more ?? new Dictionary<string, string>(), _time = time };
        system.PartnerSettings = new(SystemSettings.ForPartnerClient(addresses))
        {
            [SettingNames.DataDirectory] = system._directory.FileNamed("service-3"),
            [SettingNames.AllowHttp] = "true",
        };
        await system.AddAsync(B2BAssertions.AuthorizationServer.Program.Build, issuer, SystemSettings.ForAuthorizationServer(addresses, operatorJwks));
        await system.AddAsync(
            B2BAssertions.JwksService.Program.Build,
            registry,
            new(SystemSettings.ForJwksService(addresses)) { [SettingNames.JwksServiceEnrolmentToken] = EnrolmentToken });
        await system.AddAsync(B2BAssertions.OrdersApi.Program.Build, orders, SystemSettings.ForOrdersApi(addresses));
        return system;
    }

    /// <summary>The report of the first flow that the client has finished.</summary>
    public Task<FlowReport> FirstReportAsync() => WaitFor.StateAsync("a flow report", () => File.Exists(ReportFile)
        ? JsonSerializer.Deserialize<FlowReport>(File.ReadAllText(ReportFile), FlowReport.JsonOptions)
        : null);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task AddAsync(BuildService build, ReservedAddress address, Dictionary<string, string> settings)
    {
        foreach (var (name, value) in _more)
        {
            settings[name] = value;
        }

        _services.Add(await RunningService.StartAsync(build, address, _directory.FileNamed($"service-{_services.Count}"), settings, _time));
    }
}
