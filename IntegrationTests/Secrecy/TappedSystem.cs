using System.Text.Json;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.StandaloneTests;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.IntegrationTests.Secrecy;

/// <summary>
/// The four services as processes, logging all they can to the console and by OTLP, with a tap on the wire before each server: the tests
/// know every secret that was sent.
/// </summary>
internal sealed class TappedSystem : IAsyncDisposable
{
    public const string EnrolmentToken = "an-enrolment-token-that-only-this-test-knows-0123456789";

    private readonly TemporaryDirectory _directory = new();
    private readonly FreePorts _ports = FreePorts.Find();
    private readonly List<(string Name, ServiceProcess Process)> _processes = [];

    private TappedSystem()
    {
        Issuer = new WireTap(_ports.AddressOf(ports => ports.AuthorizationServer));
        Registry = new WireTap(_ports.AddressOf(ports => ports.JwksService));
        Orders = new WireTap(_ports.AddressOf(ports => ports.OrdersApi));
    }

    public WireTap Issuer { get; }

    public WireTap Registry { get; }

    public WireTap Orders { get; }

    public OtlpReceiver Otlp { get; } = new();

    public string ClientFolder => _directory.FileNamed("PartnerClient");

    public string ServerFolder => _directory.FileNamed("AuthorizationServer");

    /// <summary>What each service wrote to its console.</summary>
    public IReadOnlyDictionary<string, string> Consoles => _processes.ToDictionary(service => service.Name, service => service.Process.Output);

    public string Wire => string.Concat(new[] { Issuer, Registry, Orders }.SelectMany(tap => tap.Seen));

    public static async Task<TappedSystem> StartAsync()
    {
        var system = new TappedSystem();
        await system.Otlp.StartAsync();
        var addresses = new SystemAddresses(system.Issuer.Address, system.Registry.Address, system.Orders.Address);
        await system.AddAsync("AuthorizationServer", ports => ports.AuthorizationServer, SystemSettings.ForAuthorizationServer(addresses));
        await system.AddAsync(
            "JwksService",
            ports => ports.JwksService,
            new(SystemSettings.ForJwksService(addresses)) { [SettingNames.JwksServiceEnrolmentToken] = EnrolmentToken });
        await system.AddAsync("OrdersApi", ports => ports.OrdersApi, SystemSettings.ForOrdersApi(addresses));
        await system.AddAsync("PartnerClient", ports => ports.PartnerClient, new(SystemSettings.ForPartnerClient(addresses))
        {
            [SettingNames.PartnerClientEnrolmentToken] = EnrolmentToken,
            [SettingNames.FlowReportFile] = system._directory.FileNamed("flow-report.json"),
        });
        return system;
    }

    /// <summary>The report of the first flow that the client has finished, and its text as it stands in the file.</summary>
    public async Task<(FlowReport Report, string Text)> FirstReportAsync()
    {
        var file = _directory.FileNamed("flow-report.json");
        var text = await WaitFor.StateAsync("a flow report", () => File.Exists(file) ? File.ReadAllText(file) : null);
        return (JsonSerializer.Deserialize<FlowReport>(text, FlowReport.JsonOptions)!, text);
    }

    /// <summary>The client first, so that nothing fails for want of a server; what is still to be exported is.</summary>
    public async Task StopAsync()
    {
        foreach (var (_, process) in Enumerable.Reverse(_processes))
        {
            await process.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process) in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        await Issuer.DisposeAsync();
        await Registry.DisposeAsync();
        await Orders.DisposeAsync();
        await Otlp.DisposeAsync();
        _directory.Dispose();
    }

    private async Task AddAsync(string project, Func<FreePorts, int> port, Dictionary<string, string> settings)
    {
        foreach (var (name, value) in RunningService.LogEverything.Concat(Otlp.Settings))
        {
            settings[name] = value;
        }

        settings["Logging:Console:FormatterOptions:IncludeScopes"] = "true";
        _processes.Add((project, await ServiceProcess.StartAsync(project, _ports.AddressOf(port), _directory.FileNamed(project), settings)));
    }
}
