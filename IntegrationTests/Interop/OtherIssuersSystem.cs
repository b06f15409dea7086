using System.Security.Cryptography;
using System.Text.Json;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>Our key registry, our Orders API and our client, with an authorization server that is not ours.</summary>
internal sealed class OtherIssuersSystem : IAsyncDisposable
{
    private const string EnrolmentToken = "an-enrolment-token-that-only-this-test-knows-0123456789";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<RunningService> _services = [];
    private readonly RSA _key = RSA.Create();

    private string ReportFile => _directory.FileNamed("flow-report.json");

    public ReservedAddress RegistryAddress { get; } = new();

    public ReservedAddress OrdersAddress { get; } = new();

    public string JwksUri => $"{RegistryAddress.Address}/partners/{SystemSettings.PartnerClientId}/.well-known/jwks";

    public RunningService OrdersApi => _services[1];

    public RunningService PartnerClient => _services[2];

    /// <summary>Starts the three; the partner has a key already, so that a test can sign with it too.</summary>
    public async Task StartAsync(string issuer, IReadOnlyDictionary<string, string> ordersSettings, IReadOnlyDictionary<string, string> clientSettings)
    {
        var addresses = new SystemAddresses(issuer, RegistryAddress.Address, OrdersAddress.Address);
        await AddAsync(B2BAssertions.JwksService.Program.Build, RegistryAddress, SystemSettings.ForJwksService(addresses), new Dictionary<string, string>
        {
            [SettingNames.JwksServiceEnrolmentToken] = EnrolmentToken,
        });
        await AddAsync(B2BAssertions.OrdersApi.Program.Build, OrdersAddress, SystemSettings.ForOrdersApi(addresses), ordersSettings);
        var keyFile = _directory.FileNamed("partner-key.pem");
        KeyFileMaker.Write(keyFile, KeyFileMaker.Pem);
        _key.ImportFromEncryptedPem(KeyFileMaker.Pem, KeyFileMaker.Password);
        using var client = new ReservedAddress();
        await AddAsync(B2BAssertions.PartnerClient.Program.Build, client, SystemSettings.ForPartnerClient(addresses), new Dictionary<string, string>(clientSettings)
        {
            [SettingNames.PartnerClientEnrolmentToken] = EnrolmentToken,
            [SettingNames.FlowReportFile] = ReportFile,
            ["PartnerClient:KeyFile"] = keyFile,
            ["PartnerClient:KeyPassword"] = KeyFileMaker.Password,
        });
    }

    /// <summary>The report of the first flow that the client has finished.</summary>
    public Task<FlowReport> FirstReportAsync() => WaitFor.StateAsync("a flow report", () => File.Exists(ReportFile)
        ? JsonSerializer.Deserialize<FlowReport>(File.ReadAllText(ReportFile), FlowReport.JsonOptions)
        : null);

    /// <summary>So that the test alone talks to the server from here on.</summary>
    public async Task StopClientAsync()
    {
        await PartnerClient.DisposeAsync();
        _services.Remove(PartnerClient);
    }

    /// <summary>Makes assertions with the partner's own key.</summary>
    public AssertionMaker Maker(string issuer) => new(_key, SystemSettings.PartnerClientId, issuer, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }

        RegistryAddress.Dispose();
        OrdersAddress.Dispose();
        _key.Dispose();
        _directory.Dispose();
    }

    private async Task AddAsync(
        BuildService build, ReservedAddress address, Dictionary<string, string> settings, IReadOnlyDictionary<string, string> changes)
    {
        foreach (var (name, value) in changes)
        {
            settings[name] = value;
        }

        _services.Add(await RunningService.StartAsync(build, address, _directory.FileNamed($"service-{_services.Count}"), settings));
    }
}
