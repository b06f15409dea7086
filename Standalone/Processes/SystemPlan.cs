using System.Buffers.Text;
using System.Security.Cryptography;

using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Standalone.Processes;

/// <summary>The four services with the settings that make them one system.</summary>
/// <param name="Servers">What the client needs, started together.</param>
/// <param name="Client">Started when the servers are healthy, so that its first flow needs no second try.</param>
internal sealed record SystemPlan(IReadOnlyList<ServicePlan> Servers, ServicePlan Client)
{
    private const int EnrolmentTokenBytes = 32;

    public IReadOnlyList<ServicePlan> All => [.. Servers, Client];

    /// <exception cref="StandaloneException">A service is not built, or the operator's key cannot be made or opened.</exception>
    public static SystemPlan Create(ServicePorts ports, DataFolder data)
    {
        var addresses = new SystemAddresses(
            ServicePlan.AddressOf(ports.AuthorizationServer),
            ServicePlan.AddressOf(ports.JwksService),
            ServicePlan.AddressOf(ports.OrdersApi));

        var jwksService = SystemSettings.ForJwksService(addresses);
        var partnerClient = SystemSettings.ForPartnerClient(addresses);
        partnerClient[SettingNames.FlowReportFile] = data.FlowReportFile;

        // Good for one enrolment and made new at each start: nobody has to keep it, so it is on no disk.
        var enrolmentToken = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(EnrolmentTokenBytes));
        jwksService[SettingNames.JwksServiceEnrolmentToken] = enrolmentToken;
        partnerClient[SettingNames.PartnerClientEnrolmentToken] = enrolmentToken;

        return new SystemPlan(
            [
                Plan(ServiceNames.JwksService, "JwksService", ports.JwksService, jwksService, data),
                Plan(
                    ServiceNames.AuthorizationServer,
                    "AuthorizationServer",
                    ports.AuthorizationServer,
                    SystemSettings.ForAuthorizationServer(addresses, data.EnsureOperatorKey()),
                    data),
                Plan(ServiceNames.OrdersApi, "OrdersApi", ports.OrdersApi, SystemSettings.ForOrdersApi(addresses), data),
            ],
            Plan(ServiceNames.PartnerClient, "PartnerClient", ports.PartnerClient, partnerClient, data));
    }

    private static ServicePlan Plan(string name, string project, int port, Dictionary<string, string> settings, DataFolder data)
    {
        settings[SettingNames.DataDirectory] = data.Of(name);
        settings[SettingNames.AllowHttp] = "true";
        settings[SettingNames.ServeApiDescription] = "true";
        settings[SettingNames.StopWhenStandardInputCloses] = "true";
        var environment = settings.ToDictionary(setting => SettingNames.ToEnvironmentVariable(setting.Key), setting => setting.Value);
        environment["ASPNETCORE_URLS"] = ServicePlan.AddressOf(port);
        environment["OTEL_SERVICE_NAME"] = name;
        return new ServicePlan(name, Executable(name, project), port, environment);
    }

    private static string Executable(string name, string project)
    {
        var executable = BuiltExecutable.Of(project);
        return File.Exists(executable)
            ? executable
            : throw new StandaloneException(
                $"The executable of {name} is missing ({executable}): build it with 'dotnet build Standalone' in the repository.");
    }
}
