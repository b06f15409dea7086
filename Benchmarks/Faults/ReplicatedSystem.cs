using System.Security.Cryptography;

using B2BAssertions.Benchmarks.Isolation;
using B2BAssertions.Benchmarks.Rotations;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;
using B2BAssertions.Standalone;
using B2BAssertions.Standalone.Processes;

namespace B2BAssertions.Benchmarks.Faults;

/// <summary>Two replicas each of registry, authorization server and API, as processes on free ports of loopback.</summary>
internal sealed class ReplicatedSystem : IAsyncDisposable
{
    public const int Replicas = 2;

    private const string Unlimited = "1000000";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("b2bassertions-faults-");
    private readonly DataFolder _data;
    private readonly Standalone.Processes.HealthProbe _probe = new(StartLimit, TimeProvider.System);
    private readonly Dictionary<string, ServiceProcess> _running = [];
    private readonly List<ServicePlan> _plans = [];

    private ReplicatedSystem()
    {
        _data = DataFolder.Open(_folder.FullName);
        Databases = new ReplicatedDatabases(_folder.FullName);
    }

    public static string[] Services { get; } = [ServiceNames.JwksService, ServiceNames.AuthorizationServer, ServiceNames.OrdersApi];

    public LoadClient Partner { get; } = new("partner-under-faults", "read write", SigningKey.From(RSA.Create(2048)));

    public ReplicatedDatabases Databases { get; }

    public string Issuer => AddressesOf(ServiceNames.AuthorizationServer)[0];

    public static async Task<ReplicatedSystem> StartAsync()
    {
        var system = new ReplicatedSystem();
        try
        {
            await system.PlanAsync();
            // The first of each makes the database; the second finds it.
            foreach (var replica in Enumerable.Range(0, Replicas))
            {
                await system.StartAsync(Services.Select(service => NameOf(service, replica)));
            }

            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public static string NameOf(string service, int replica) => replica == 0 ? service : $"{service}-{replica + 1}";

    public string[] AddressesOf(string service) =>
        [.. Enumerable.Range(0, Replicas).Select(replica => _plans.Single(plan => plan.Name == NameOf(service, replica)).Address)];

    public async Task StartAsync(IEnumerable<string> names)
    {
        List<ServiceProcess> started = [];
        foreach (var name in names)
        {
            started.Add(_running[name] = ServiceProcess.Start(_plans.Single(plan => plan.Name == name), _data.Logs));
        }

        await Task.WhenAll(started.Select(service => _probe.WaitUntilHealthyAsync(service, CancellationToken.None)));
    }

    /// <summary>As with kill -9.</summary>
    public async Task KillAsync(IEnumerable<string> names)
    {
        var killed = names.Where(_running.ContainsKey).Select(name => _running[name]).ToList();
        killed.ForEach(service => service.Kill());
        await Task.WhenAll(killed.Select(service => service.Ended));
        foreach (var service in killed)
        {
            _running.Remove(service.Plan.Name);
            service.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync([.. _running.Keys]);
        _probe.Dispose();
        _data.Dispose();
        await Databases.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task PlanAsync()
    {
        var first = SystemPlan.Create(RotatingSystem.FreePorts(), _data);
        var others = RotatingSystem.FreePorts();
        foreach (var plan in first.Servers)
        {
            var settings = await SettingsOfAsync(plan.Name);
            _plans.Add(RotatingSystem.With(plan, settings));
            var port = plan.Name switch
            {
                ServiceNames.JwksService => others.JwksService,
                ServiceNames.AuthorizationServer => others.AuthorizationServer,
                _ => others.OrdersApi,
            };
            var name = NameOf(plan.Name, 1);
            var second = RotatingSystem.With(plan, settings) with { Name = name, Port = port };
            _plans.Add(RotatingSystem.With(second, new Dictionary<string, string>
            {
                [SettingNames.DataDirectory] = _data.Of(name),
                ["ASPNETCORE_URLS"] = second.Address,
            }));
        }
    }

    private async Task<Dictionary<string, string>> SettingsOfAsync(string service)
    {
        Dictionary<string, string> settings = service == ServiceNames.AuthorizationServer
            ? new(IsolatedSystem.ClientSettings(IsolatedSystem.FirstOwnClient, Partner))
            {
                ["AuthorizationServer:RateLimits:RequestsPerMinuteAndAddress"] = Unlimited,
                ["AuthorizationServer:RateLimits:RequestsPerMinuteAndClient"] = Unlimited,
                ["AuthorizationServer:RateLimits:FailuresPerMinuteAndAddress"] = Unlimited,
                ["AuthorizationServer:RateLimits:FailuresPerMinuteAndClient"] = Unlimited,
            }
            : [];
        settings["OrdersApi:WritesPerMinuteAndPartner"] = Unlimited;
        settings["OrdersApi:ReadsPerMinuteAndPartner"] = Unlimited;
        foreach (var (name, value) in await Databases.CreateAsync(service, _data.Of(service)))
        {
            settings[name] = value;
        }

        return settings;
    }
}
