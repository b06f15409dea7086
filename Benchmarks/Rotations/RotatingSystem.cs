using System.Net;
using System.Net.Sockets;

using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;
using B2BAssertions.Standalone;
using B2BAssertions.Standalone.Processes;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.Benchmarks.Rotations;

/// <summary>
/// The system as Standalone starts it: registry, authorization server and API as processes of their own, each with a SQLite file in a
/// temporary folder. The partner client runs in this process, so that the load signs with the key that the client's own rotation says.
/// Times are the shortest that the services accept; everything else is as in production but for the rate limits.
/// </summary>
internal sealed class RotatingSystem : IAsyncDisposable
{
    private const string Unlimited = "1000000";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Shortened = new()
    {
        ["JwksService:JwksMaxAge"] = "00:00:30",
        ["JwksService:KeyActivationDelay"] = "00:00:30",
        ["JwksService:RetirementOverlap"] = "00:00:15",
        ["JwksService:SubmissionsPerMinuteAndPartner"] = "1000",
        ["JwksService:KeysPerDayAndPartner"] = "1000",
        ["AuthorizationServer:RateLimits:RequestsPerMinuteAndAddress"] = Unlimited,
        ["AuthorizationServer:RateLimits:RequestsPerMinuteAndClient"] = Unlimited,
        ["OrdersApi:ReadsPerMinuteAndPartner"] = Unlimited,
    };

    private static readonly Dictionary<string, string> ClientSettings = new()
    {
        ["PartnerClient:PollInterval"] = "00:00:01",

        // Rotations are asked for, one after the other.
        ["PartnerClient:Rotation:Every"] = "0",
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("b2bassertions-rotations-");
    private readonly DataFolder _data;
    private readonly ServiceProcesses _services;

    private RotatingSystem()
    {
        _data = DataFolder.Open(_folder.FullName);
        _services = new ServiceProcesses(_data.Logs, StartLimit, TimeProvider.System);
        Plan = SystemPlan.Create(FreePorts(), _data);
    }

    public SystemPlan Plan { get; }

    public WebApplication Client { get; private set; } = null!;

    public KeyRing Ring => Client.Services.GetRequiredService<KeyRing>();

    public RotationRequestFile Request => Client.Services.GetRequiredService<RotationRequestFile>();

    public RotationStatus Status => Client.Services.GetRequiredService<RotationStatus>();

    /// <summary>Cancelled when a service ends.</summary>
    public CancellationToken OneDied => _services.OneDied;

    /// <summary>Cancelled by Ctrl-C, which the client takes for itself.</summary>
    public CancellationToken Stopping => Client.Lifetime.ApplicationStopping;

    public static async Task<RotatingSystem> StartAsync()
    {
        var system = new RotatingSystem();
        try
        {
            await Task.WhenAll(system.Plan.Servers.Select(plan =>
                system._services.WaitUntilHealthyAsync(system._services.Start(With(plan, Shortened)), CancellationToken.None)));
            system.Client = Build(system.Plan.Client);
            await system.Client.StartAsync();
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Client is not null)
        {
            await Client.DisposeAsync();
        }

        await _services.DisposeAsync();
        _data.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>With the settings of the process that Standalone would start.</summary>
    private static WebApplication Build(ServicePlan plan) => PartnerClient.Program.Build([], builder =>
    {
        var settings = plan.Environment.ToDictionary(
            variable => variable.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), string? (variable) => variable.Value);
        settings.Remove(SettingNames.StopWhenStandardInputCloses);
        settings["urls"] = plan.Address;
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration.AddInMemoryCollection(ClientSettings!);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
    });

    internal static ServicePlan With(ServicePlan plan, IReadOnlyDictionary<string, string> settings)
    {
        var environment = new Dictionary<string, string>(plan.Environment);
        foreach (var (name, value) in settings)
        {
            environment[SettingNames.ToEnvironmentVariable(name)] = value;
        }

        return plan with { Environment = environment };
    }

    internal static ServicePorts FreePorts()
    {
        var listeners = Enumerable.Range(0, 4).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Dispose());
        return new ServicePorts(ports[0], ports[1], ports[2], ports[3]);
    }
}
