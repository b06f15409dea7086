using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;
using B2BAssertions.ServiceDefaults.Proxies;

using Xunit;

namespace B2BAssertions.IntegrationTests.DeploymentTests;

/// <summary>The chart gives the services the settings that Standalone and AppHost give them, and no other that the services do not know.</summary>
public sealed class ChartSettingsTests
{
    private const string OperatorJwks = """{"keys":[]}""";

    private static readonly SystemAddresses Addresses = new("https://auth.bank.example", "https://registry.bank.example", "https://api.bank.example");

    private static readonly string[] Values =
    [
        """hosts={"authorizationServer":"auth.bank.example","jwksService":"registry.bank.example","ordersApi":"api.bank.example"}""",
        """forwardedHeaders.knownNetworks=["10.4.0.0/16","10.5.0.7"]""",
        """networkPolicy.database=[{"ipBlock":{"cidr":"10.20.0.5/32"}}]""",
        $"operatorJwks={JsonValue.Create(OperatorJwks).ToJsonString()}",
        """partnerClient.enabled=true""",
    ];

    /// <summary>What is the container's own, and the same wherever the system stands.</summary>
    private static Dictionary<string, string> OfContainer(string service) => new()
    {
        ["ASPNETCORE_HTTP_PORTS"] = "8080",
        [SettingNames.DataDirectory] = $"/data/{service}",
        [SettingNames.SecretsDirectory] = "/run/secrets/settings",
        [SettingNames.ShutdownDelay] = "00:00:10",
    };

    private static readonly Dictionary<string, string> OfReplicas = new()
    {
        [ServiceDatabase.ProviderSetting] = ServiceDatabase.PostgreSql,
        [ServiceDatabase.MaxConnectionsSetting] = "12",
        [$"{KnownProxiesOptions.NetworksSetting}:0"] = "10.4.0.0/16",
        [$"{KnownProxiesOptions.NetworksSetting}:1"] = "10.5.0.7",
        [$"{KnownProxiesOptions.Section}:{nameof(KnownProxiesOptions.ForwardLimit)}"] = "1",
    };

    private static readonly Dictionary<string, string> OfDataProtection = new()
    {
        ["AuthorizationServer:DataProtection:CertificateFile"] = "/run/secrets/data-protection/certificate.p12",
        ["AuthorizationServer:DataProtection:CertificatePasswordFile"] = "/run/secrets/data-protection/certificate.password",
    };

    [Fact]
    public async Task Each_service_gets_the_settings_that_make_four_services_one_system()
    {
        var workloads = (await Chart.RenderAsync(Values)).OfKind("Deployment", "StatefulSet");

        Assert.Equal(4, workloads.Count);
        AssertSettings(
            workloads,
            ServiceNames.AuthorizationServer,
            SystemSettings.ForAuthorizationServer(Addresses, OperatorJwks),
            OfReplicas,
            OfDataProtection);
        AssertSettings(workloads, ServiceNames.JwksService, SystemSettings.ForJwksService(Addresses), OfReplicas);
        AssertSettings(workloads, ServiceNames.OrdersApi, SystemSettings.ForDeployedOrdersApi(Addresses), OfReplicas);
        AssertSettings(workloads, ServiceNames.PartnerClient, SystemSettings.ForPartnerClient(Addresses));
    }

    [Fact]
    public async Task A_setting_of_the_values_wins_and_further_clients_stand_behind_the_partners()
    {
        var workloads = (await Chart.RenderAsync(
            [
                .. Values,
                """ordersApi.settings={"OrdersApi:Audience":"https://orders.bank.example","Database:Provider":"sqlite"}""",
                """otherClients=[{"clientId":"acme","jwksUri":"https://keys.acme.example/jwks","scopes":["read"]}]""",
                """dataProtection.secret="" """,
                """telemetry.otlpEndpoint="http://collector:4317" """,
            ])).OfKind("Deployment");

        var orders = SettingsOf(workloads[ServiceNames.OrdersApi]);
        Assert.Equal(("https://orders.bank.example", "sqlite"), (orders["OrdersApi:Audience"], orders[ServiceDatabase.ProviderSetting]));
        Assert.Equal("http://collector:4317", orders["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var server = SettingsOf(workloads[ServiceNames.AuthorizationServer]);
        Assert.Equal(
            (SystemSettings.OperatorClientId, "acme", "https://keys.acme.example/jwks", "read"),
            (server["AuthorizationServer:Clients:1:ClientId"], server["AuthorizationServer:Clients:2:ClientId"],
                server["AuthorizationServer:Clients:2:JwksUri"], server["AuthorizationServer:Clients:2:Scopes:0"]));
        Assert.DoesNotContain(server.Keys, OfDataProtection.ContainsKey);
    }

    /// <summary>With a file instead of PostgreSQL, and folders of the test's own: everything else is as a pod has it.</summary>
    [Theory]
    [InlineData(ServiceNames.AuthorizationServer)]
    [InlineData(ServiceNames.JwksService)]
    [InlineData(ServiceNames.OrdersApi)]
    public async Task A_service_starts_with_what_the_chart_gives_it_and_a_secret_as_Kubernetes_mounts_it(string name)
    {
        using var directory = new TemporaryDirectory();
        using var address = new ReservedAddress();
        var settings = SettingsOf((await Chart.RenderAsync([.. Values[..3], """dataProtection.secret="" """])).OfKind("Deployment")[name]);
        settings[ServiceDatabase.ProviderSetting] = ServiceDatabase.Sqlite;
        settings[SettingNames.SecretsDirectory] = directory.FileNamed("secrets");
        var database = directory.FileNamed("of-the-secret.db");
        MountSecret(directory.FileNamed("secrets"), "ConnectionStrings__Database", $"Data Source={database}\n");
        settings[SettingNames.ShutdownDelay] = "00:00:00";

        await using var service = await RunningService.StartAsync(
            name switch
            {
                ServiceNames.AuthorizationServer => AuthorizationServer.Program.Build,
                ServiceNames.JwksService => JwksService.Program.Build,
                _ => OrdersApi.Program.Build,
            },
            address,
            directory.FileNamed("data"),
            settings);

        Assert.True(File.Exists(database));
        using var health = await service.Client.GetAsync(HealthPaths.Health, TestContext.Current.CancellationToken);
        var state = await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (name == ServiceNames.AuthorizationServer)
        {
            Assert.Equal("Healthy", state);
            return;
        }

        // No issuer runs beside it: its keys, and nothing else, are missing.
        Assert.Equal(name == ServiceNames.JwksService ? "Degraded" : "Unhealthy", state);
        var reasons = Assert.Single(service.Logs.Lines, line => line.Contains("Health is ", StringComparison.Ordinal));
        Assert.Matches(@"from now on\. issuer-keys: [^;]*$", reasons);
    }

    /// <summary>A link to a link to a folder with the file, so that kubelet can exchange all files of a Secret at once.</summary>
    private static void MountSecret(string folder, string name, string value)
    {
        var version = Directory.CreateDirectory(Path.Combine(folder, "..2026_11_24_03_00_00.1"));
        File.WriteAllText(Path.Combine(version.FullName, name), value);
        Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), version.Name);
        File.CreateSymbolicLink(Path.Combine(folder, name), Path.Combine("..data", name));
    }

    private static void AssertSettings(Dictionary<string, JsonObject> workloads, string service, params Dictionary<string, string>[] expected) =>
        Assert.Equal(
            expected.Append(OfContainer(service)).SelectMany(settings => settings).OrderBy(setting => setting.Key, StringComparer.Ordinal),
            SettingsOf(workloads[service]).OrderBy(setting => setting.Key, StringComparer.Ordinal));

    private static Dictionary<string, string> SettingsOf(JsonObject workload) => Chart.ContainerOf(workload)["env"]!.AsArray().ToDictionary(
        variable => ((string)variable!["name"]!).Replace("__", ":", StringComparison.Ordinal),
        variable => (string)variable!["value"]!);
}
