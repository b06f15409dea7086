using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.ServiceDefaults;

using Xunit;

using YamlDotNet.Serialization;

namespace B2BAssertions.IntegrationTests.DeploymentTests;

/// <summary>
/// The compose file gives the services the settings that Standalone and AppHost give them, no secret among them, and its containers no right that
/// they need not. That it runs is shown by <c>deploy/compose/try</c>.
/// </summary>
public sealed class ComposeFileTests
{
    private static readonly string Folder = Path.Combine(Repository.Folder, "deploy", "compose");

    private static readonly SystemAddresses Addresses = new("https://login.b2b.example", "https://keys.b2b.example", "https://orders.b2b.example");

    private static readonly JsonObject Published = Read("docker-compose.yaml");

    private static readonly JsonObject Override = Read("docker-compose.override.yaml");

    private static readonly string[] MoreRights =
        ["cap_add", "privileged", "devices", "device_cgroup_rules", "group_add", "network_mode", "pid", "ipc", "userns_mode", "cgroup_parent", "sysctls"];

    public static TheoryData<string> Services { get; } =
        [ServiceNames.AuthorizationServer, ServiceNames.JwksService, ServiceNames.OrdersApi, ServiceNames.PartnerClient];

    public static TheoryData<string> Containers { get; } = [.. Published["services"]!.AsObject().Concat(Override["services"]!.AsObject())
        .Select(service => service.Key).Distinct()];

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_has_the_settings_of_the_system_and_no_other_of_its_own(string service)
    {
        var settings = service switch
        {
            ServiceNames.AuthorizationServer => SystemSettings.ForAuthorizationServer(Addresses, ""),
            ServiceNames.JwksService => SystemSettings.ForJwksService(Addresses),
            ServiceNames.OrdersApi => SystemSettings.ForDeployedOrdersApi(Addresses),
            _ => SystemSettings.ForPartnerClient(Addresses),
        };
        settings.Remove(SystemSettings.OperatorJwksSetting);

        var environment = Published["services"]![service]!["environment"]!.AsObject();

        Assert.Equal(
            settings.Select(setting => $"{SettingNames.ToEnvironmentVariable(setting.Key)}={setting.Value}").Order(StringComparer.Ordinal),
            environment.Where(variable => variable.Key.Split("__") is [not "Database", _, ..])
                .Select(variable => $"{variable.Key}={variable.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("false", (string?)environment[SettingNames.AllowHttp]);
        Assert.Equal("/run/secrets", (string?)environment[SettingNames.SecretsDirectory]);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_runs_twice_and_says_its_health_but_the_one_with_files_of_its_own_runs_once(string service)
    {
        var published = Published["services"]![service]!;

        Assert.Equal(service == ServiceNames.PartnerClient ? "1" : "2", (string?)published["deploy"]!["replicas"]);
        Assert.Equal(service != ServiceNames.PartnerClient, published["volumes"] is null);
        Assert.Equal(HealthProbe.Name, (string?)published["healthcheck"]!["test"]!.AsArray()[^1]);
        Assert.Equal(
            service == ServiceNames.PartnerClient ? TimeSpan.Zero : TimeSpan.FromSeconds(5),
            TimeSpan.Parse((string)published["environment"]![SettingNames.ShutdownDelay]!, null));
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void No_container_is_root_or_writes_to_its_image_or_gets_more_rights(string name)
    {
        var fragments = new[] { Published, Override }.Select(file => file["services"]![name]).OfType<JsonNode>().ToList();

        // The last word is the override's; of the two lists compose makes one.
        string? LastOf(string member) => (string?)fragments.Select(fragment => fragment[member]).LastOrDefault(value => value is not null);
        IEnumerable<string?> AllOf(string member) => fragments.SelectMany(fragment => fragment[member]?.AsArray() ?? []).Select(value => (string?)value);
        Assert.False(LastOf("user") is null or "" or "root" or "0");
        Assert.DoesNotContain(':', LastOf("user")!);
        Assert.Equal("true", LastOf("read_only"));
        Assert.Equal(["ALL"], AllOf("cap_drop"));
        Assert.Equal(["no-new-privileges:true"], AllOf("security_opt"));
        Assert.All(MoreRights, member => Assert.All(fragments, fragment => Assert.Null(fragment[member])));
    }

    [Fact]
    public void Only_the_edge_is_reached_from_outside() => Assert.Equal(
        ["edge"],
        Published["services"]!.AsObject().Concat(Override["services"]!.AsObject())
            .Where(service => service.Value!["ports"] is not null).Select(service => service.Key));

    [Theory]
    [InlineData(ServiceNames.AuthorizationServer)]
    [InlineData(ServiceNames.JwksService)]
    [InlineData(ServiceNames.OrdersApi)]
    public void A_service_believes_the_edge_alone_and_no_other_container_ever_gets_its_address(string service)
    {
        var network = Assert.Single(Override["networks"]!["aspire"]!["ipam"]!["config"]!.AsArray())!;
        var (variable, address) = DefaultOf(Override["services"]!["edge"]!["networks"]!["aspire"]!["ipv4_address"]);
        var (subnet, range) = (DefaultOf(network["subnet"]), DefaultOf(network["ip_range"]));

        Assert.Equal(("EDGE_ADDRESS", "NETWORK", "NETWORK_RANGE"), (variable, subnet.Variable, range.Variable));
        Assert.True(IPNetwork.Parse(subnet.Value).Contains(IPAddress.Parse(address)));
        Assert.True(IPNetwork.Parse(subnet.Value).Contains(IPNetwork.Parse(range.Value).BaseAddress));
        Assert.False(IPNetwork.Parse(range.Value).Contains(IPAddress.Parse(address)));
        var known = Assert.Single(
            Override["services"]![service]!["environment"]!.AsObject(), setting => setting.Key.StartsWith("ForwardedHeaders__KnownNetworks", StringComparison.Ordinal));
        Assert.Equal((variable, address), DefaultOf(known.Value));
    }

    [Fact]
    public void No_file_that_is_no_setting_lies_where_settings_are_read() => Assert.All(
        Published["services"]!.AsObject().Concat(Override["services"]!.AsObject())
            .Where(service => (string?)(Published["services"]![service.Key] ?? service.Value)!["environment"]?[SettingNames.SecretsDirectory] is not null)
            .SelectMany(service => service.Value!["secrets"]?.AsArray() ?? []),
        secret => Assert.Matches("^(/run/data-protection/.+|[A-Za-z]+(__[A-Za-z0-9]+)+)$", (string?)secret!["target"]));

    [Fact]
    public async Task Every_secret_is_a_file_that_is_made_or_said_to_be_brought()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(Folder, "new-secrets"), TestContext.Current.CancellationToken);
        foreach (var (name, secret) in Published["secrets"]!.AsObject().Concat(Override["secrets"]!.AsObject()))
        {
            Assert.Equal($"./secrets/{name}", (string?)secret!["file"]);
            // One for each service is made in a loop over their names.
            var written = name.EndsWith("-owner", StringComparison.Ordinal) || name.EndsWith("-database", StringComparison.Ordinal)
                ? $"\"$service{name[name.LastIndexOf('-')..]}\""
                : name;
            Assert.Contains(written, script, StringComparison.Ordinal);
        }
    }

    /// <summary>Of <c>${VARIABLE:-value}</c>.</summary>
    private static (string Variable, string Value) DefaultOf(JsonNode? text) =>
        ((string)text!)[2..^1].Split(":-") is [var variable, var value] ? (variable, value) : throw new FormatException($"No default in {text}.");

    private static JsonObject Read(string file)
    {
        using var reader = File.OpenText(Path.Combine(Folder, file));
        // Anchors and merges resolved, every value a text.
        var yaml = new DeserializerBuilder().Build().Deserialize(new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(reader)))!;
        return JsonNode.Parse(JsonSerializer.Serialize(Normalize(yaml)))!.AsObject();
    }

    private static object? Normalize(object? yaml) => yaml switch
    {
        IDictionary<object, object> mapping => mapping.ToDictionary(entry => (string)entry.Key, entry => Normalize(entry.Value)),
        IList<object> list => list.Select(Normalize).ToList(),
        _ => yaml,
    };
}
