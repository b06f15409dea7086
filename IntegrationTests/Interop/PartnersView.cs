using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>The three real services as a partner meets them on day one, with an enrolment token; the client is not ours.</summary>
internal sealed class PartnersView : IAsyncDisposable
{
    public const string EnrolmentToken = "an-enrolment-token-that-only-this-test-knows-0123456789";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<RunningService> _services = [];

    public RunningService AuthorizationServer => _services[0];

    public RunningService JwksService => _services[1];

    public RunningService OrdersApi => _services[2];

    /// <summary>A folder of the partner's.</summary>
    public string Folder { get; }

    public PartnersView()
    {
        Folder = _directory.FileNamed("partner");
        Directory.CreateDirectory(Folder);
    }

    /// <param name="activationDelay">How long a later key is pending; null for the default.</param>
    public static async Task<PartnersView> StartAsync(string? activationDelay = null)
    {
        using var issuer = new ReservedAddress();
        using var registry = new ReservedAddress();
        using var orders = new ReservedAddress();
        var addresses = new SystemAddresses(issuer.Address, registry.Address, orders.Address);
        var view = new PartnersView();
        await view.AddAsync(B2BAssertions.AuthorizationServer.Program.Build, issuer, SystemSettings.ForAuthorizationServer(addresses));
        await view.AddAsync(
            B2BAssertions.JwksService.Program.Build,
            registry,
            new(SystemSettings.ForJwksService(addresses))
            {
                [SettingNames.JwksServiceEnrolmentToken] = EnrolmentToken,
                ["JwksService:KeyActivationDelay"] = activationDelay ?? "",
            });
        await view.AddAsync(B2BAssertions.OrdersApi.Program.Build, orders, SystemSettings.ForOrdersApi(addresses));
        return view;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task AddAsync(BuildService build, ReservedAddress address, Dictionary<string, string> settings) => _services.Add(
        await RunningService.StartAsync(build, address, _directory.FileNamed($"service-{_services.Count}"), settings));
}
