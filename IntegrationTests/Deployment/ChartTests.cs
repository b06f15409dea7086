using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.DeploymentTests;

/// <summary>What each pod may do, what keeps the services up, and what the chart refuses.</summary>
public sealed class ChartTests
{
    private const string KnownNetworks = """forwardedHeaders.knownNetworks=["10.4.0.0/16"]""";
    private const string Database = """networkPolicy.database=[{"ipBlock":{"cidr":"10.20.0.5/32"}}]""";

    private static readonly string[] Everything =
    [
        KnownNetworks,
        "ingress.enabled=true",
        "partnerClient.enabled=true",
        "postgresql.enabled=true",
        "migration.enabled=false",
        """trustedCertificates.configMap="company-ca" """,
    ];

    private static readonly string[] Bounds = ["requests", "limits"];
    private static readonly string[] Resources = ["cpu", "memory"];
    private static readonly string[] Ways = ["ingress", "egress"];
    private static readonly string[] Services = [ServiceNames.AuthorizationServer, ServiceNames.JwksService, ServiceNames.OrdersApi];

    [Fact]
    public async Task Helm_finds_nothing_wrong_with_it() => (await Chart.RunAsync("lint", Everything)).Succeeded();

    [Fact]
    public async Task The_values_that_the_README_shows_make_a_system()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Chart.Folder, "README.md"), TestContext.Current.CancellationToken);
        var sample = readme.Split("```yaml\n")[1].Split("```")[0];
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.FileNamed("bank.yaml"), sample, TestContext.Current.CancellationToken);

        var objects = await Chart.RenderFileAsync(directory.FileNamed("bank.yaml"));

        Assert.Equal(Services.Order(), objects.OfKind("Deployment").Keys.Order());
        Assert.Equal(Services.Order(), objects.OfKind("Ingress").Keys.Order());
        Assert.Contains("acme-logistics", objects.OfKind("Deployment")[ServiceNames.JwksService].ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_pod_is_root_writes_to_its_image_has_a_token_of_the_cluster_or_goes_without_limits()
    {
        var workloads = (await Chart.RenderAsync(Everything)).OfKind("Deployment", "StatefulSet").Values
            .Concat((await Chart.RenderAsync(KnownNetworks, Database, "migration.enabled=true")).OfKind("Job").Values)
            .ToList();

        Assert.Equal(5 + 3, workloads.Count);
        Assert.All(workloads, workload =>
        {
            var (pod, container) = (Chart.PodOf(workload), Chart.ContainerOf(workload));
            var security = pod["securityContext"]!;
            AssertIs("""{"automountServiceAccountToken":false,"enableServiceLinks":false}""", pod, "automountServiceAccountToken", "enableServiceLinks");
            AssertIs("""{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}""", security, "runAsNonRoot", "seccompProfile");
            Assert.InRange((int)security["runAsUser"]!, 1, int.MaxValue);
            AssertIs(
                """{"allowPrivilegeEscalation":false,"privileged":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}}""",
                container["securityContext"]!,
                "allowPrivilegeEscalation", "privileged", "readOnlyRootFilesystem", "capabilities");
            Assert.All(Bounds, bound => Assert.All(Resources, resource => Assert.NotNull(container["resources"]![bound]![resource])));
            Assert.DoesNotContain(":latest", (string)container["image"]!, StringComparison.Ordinal);
            // A secret is a file, never a variable.
            Assert.All(container["env"]!.AsArray(), variable => Assert.NotNull(variable!["value"]));
            Assert.Contains(container["volumeMounts"]!.AsArray(), mount => (string)mount!["mountPath"]! == "/tmp");
        });
    }

    [Fact]
    public async Task Probes_ask_the_addresses_that_the_services_have_and_a_stop_has_the_time_that_it_takes()
    {
        var workloads = (await Chart.RenderAsync([.. Everything, "shutdownDelaySeconds=25"])).OfKind("Deployment", "StatefulSet");

        Assert.All(Services.Append(ServiceNames.PartnerClient), name =>
        {
            var container = Chart.ContainerOf(workloads[name]);
            Assert.Equal(
                (HealthPaths.Alive, HealthPaths.Alive, HealthPaths.Health),
                (PathOf(container, "startupProbe"), PathOf(container, "livenessProbe"), PathOf(container, "readinessProbe")));
            Assert.Contains(
                container["env"]!.AsArray(),
                variable => (string)variable!["name"]! == SettingNames.ShutdownDelay && (string)variable["value"]! == "00:00:25");
            Assert.Equal(45, (int)Chart.PodOf(workloads[name])["terminationGracePeriodSeconds"]!);
        });
    }

    [Fact]
    public async Task A_service_has_two_replicas_that_no_drain_and_no_upgrade_takes_away_at_once_and_the_partner_has_one()
    {
        var objects = await Chart.RenderAsync(Everything);
        var (deployments, budgets) = (objects.OfKind("Deployment"), objects.OfKind("PodDisruptionBudget"));

        Assert.Equal(Services.Order(), deployments.Keys.Order());
        Assert.Equal(Services.Order(), budgets.Keys.Order());
        Assert.All(Services, name =>
        {
            var selector = deployments[name]["spec"]!["selector"]!;
            Assert.Equal(2, (int)deployments[name]["spec"]!["replicas"]!);
            Assert.Equal(0, (int)deployments[name]["spec"]!["strategy"]!["rollingUpdate"]!["maxUnavailable"]!);
            AssertIs("""{"maxUnavailable":1}""", budgets[name]["spec"]!, "maxUnavailable");
            Assert.True(JsonNode.DeepEquals(selector, budgets[name]["spec"]!["selector"]));
            Assert.All(Chart.PodOf(deployments[name])["topologySpreadConstraints"]!.AsArray(), spread =>
                Assert.True(JsonNode.DeepEquals(selector, spread!["labelSelector"])));
            // A Service that selects nothing, or another's pods, would be found out by nobody but users.
            Assert.True(JsonNode.DeepEquals(selector["matchLabels"], objects.OfKind("Service")[name]["spec"]!["selector"]));
            Assert.True(JsonNode.DeepEquals(selector["matchLabels"], objects.OfKind("NetworkPolicy")[name]["spec"]!["podSelector"]!["matchLabels"]));
        });
        Assert.Equal(1, (int)objects.OfKind("StatefulSet")[ServiceNames.PartnerClient]["spec"]!["replicas"]!);
    }

    [Fact]
    public async Task Nobody_but_the_edge_reaches_a_service_and_no_rule_is_for_everybody()
    {
        var policies = (await Chart.RenderAsync(Everything)).OfKind("NetworkPolicy");

        Assert.Equal(
            ["authorization-server", "default-deny", "jwks-service", "orders-api", "partner-client", "postgresql"], policies.Keys.Order());
        Assert.All(policies.Values, policy => AssertIs("""{"policyTypes":["Ingress","Egress"]}""", policy["spec"]!, "policyTypes"));
        Assert.All(Ways, way => Assert.Null(policies["default-deny"]["spec"]![way]));
        Assert.All(Services, name => AssertIs(
            """
            {"ingress":[{"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"ingress-nginx"}}}],
             "ports":[{"port":"http","protocol":"TCP"}]}]}
            """,
            policies[name]["spec"]!,
            "ingress"));
        var rules = policies.Values.Select(policy => policy["spec"]!)
            .SelectMany(spec => (spec["ingress"]?.AsArray() ?? []).Concat(spec["egress"]?.AsArray() ?? []));
        Assert.All(rules, rule => Assert.True(
            (rule!["from"] ?? rule["to"]) is JsonArray { Count: > 0 } && rule["ports"] is JsonArray { Count: > 0 }, rule.ToJsonString()));
        var everywhere = policies.Where(policy => policy.Value.ToJsonString().Contains("0.0.0.0/0", StringComparison.Ordinal));
        Assert.Equal([ServiceNames.AuthorizationServer], everywhere.Select(policy => policy.Key));
    }

    [Fact]
    public async Task Key_sets_are_fetched_from_public_addresses_and_the_registry_through_the_edge_alone()
    {
        var rules = (await Chart.RenderAsync(KnownNetworks, Database)).OfKind("NetworkPolicy")[ServiceNames.AuthorizationServer]["spec"]!["egress"]!.AsArray();

        var everywhere = rules.SelectMany(rule => rule!["to"]!.AsArray()).Select(peer => peer!["ipBlock"]).Where(block => block?["except"] is not null);
        Assert.Equal(
            [
                "0.0.0.0/0: 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16",
                "::/0: fc00::/7 fe80::/10 ::1/128",
            ],
            everywhere.Select(block => $"{block!["cidr"]}: {string.Join(' ', block["except"]!.AsArray())}"));
        var edge = Assert.Single(rules, rule => rule!.ToJsonString().Contains("ingress-nginx", StringComparison.Ordinal))!;
        Assert.Equal([443, 8443], edge["ports"]!.AsArray().Select(port => (int)port!["port"]!));
    }

    [Fact]
    public async Task With_the_role_of_the_owner_a_job_migrates_each_database_and_gets_no_requests()
    {
        var objects = await Chart.RenderAsync(KnownNetworks, Database, "migration.enabled=true", "migration.timeoutSeconds=900");
        var (jobs, deployments) = (objects.OfKind("Job"), objects.OfKind("Deployment"));

        Assert.Equal(Services.Order(), jobs.Keys.Order());
        Assert.All(Services, name =>
        {
            var (job, service) = (Chart.ContainerOf(jobs[name]), Chart.ContainerOf(deployments[name]));
            Assert.Equal(MigrateCommand.Name, (string)Assert.Single(job["args"]!.AsArray())!);
            Assert.Equal((string)service["image"]!, (string)job["image"]!);
            Assert.True(JsonNode.DeepEquals(service["env"], job["env"]));
            Assert.Equal((900, 450), ((int)jobs[name]["spec"]!["activeDeadlineSeconds"]!, (int)service["startupProbe"]!["failureThreshold"]!));
            Assert.Equal(2, (int)service["startupProbe"]!["periodSeconds"]!);
            Assert.Contains($"\"secretName\":\"b2b-{name}-owner\"", jobs[name].ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("-owner", deployments[name].ToJsonString(), StringComparison.Ordinal);
            Assert.NotEqual(
                (string)objects.OfKind("Service")[name]["spec"]!["selector"]!["app.kubernetes.io/name"]!,
                (string)jobs[name]["spec"]!["template"]!["metadata"]!["labels"]!["app.kubernetes.io/name"]!);
        });
    }

    [Fact]
    public async Task The_jobs_find_their_network_policy_when_they_start()
    {
        var objects = await Chart.RenderAsync(KnownNetworks, Database, "migration.enabled=true");
        var policy = objects.OfKind("NetworkPolicy")["migrate"];

        AssertIs(
            """
            {"helm.sh/hook":"pre-install,pre-upgrade","helm.sh/hook-weight":"-10","helm.sh/hook-delete-policy":"before-hook-creation"}
            """,
            policy["metadata"]!["annotations"]!,
            "helm.sh/hook", "helm.sh/hook-weight", "helm.sh/hook-delete-policy");
        Assert.All(objects.OfKind("Job").Values, job =>
        {
            AssertIs("""{"helm.sh/hook":"pre-install,pre-upgrade","helm.sh/hook-weight":"0"}""", job["metadata"]!["annotations"]!, "helm.sh/hook", "helm.sh/hook-weight");
            Assert.All(
                policy["spec"]!["podSelector"]!["matchLabels"]!.AsObject(),
                label => Assert.Equal((string)label.Value!, (string)job["spec"]!["template"]!["metadata"]!["labels"]![label.Key]!));
        });
    }

    [Fact]
    public async Task Each_host_has_an_ingress_with_TLS_to_its_service()
    {
        var ingresses = (await Chart.RenderAsync(Everything)).OfKind("Ingress");

        Assert.Equal(Services.Order(), ingresses.Keys.Order());
        Assert.All(ingresses, ingress =>
        {
            var spec = ingress.Value["spec"]!;
            var rule = Assert.Single(spec["rules"]!.AsArray())!;
            Assert.Equal((string)rule["host"]!, (string)Assert.Single(Assert.Single(spec["tls"]!.AsArray())!["hosts"]!.AsArray())!);
            Assert.Equal($"{Chart.Release}-{ingress.Key}", (string)rule["http"]!["paths"]![0]!["backend"]!["service"]!["name"]!);
        });
    }

    [Theory]
    [InlineData("forwardedHeaders.knownNetworks=[]", "knownNetworks")]
    [InlineData("""hosts.ordersApi="https://api.example.com" """, "ordersApi")]
    [InlineData("""images.tag="latest" """, "tag")]
    [InlineData("""images.digests={"orders-api":"1.0.0"}""", "digests")]
    [InlineData("shutdownDelaySeconds=60", "shutdownDelaySeconds")]
    [InlineData("authorizationServer.replicas=0", "replicas")]
    [InlineData("networkPolicy.edge=[]", "edge")]
    [InlineData("networkPolicy.database=[]", "networkPolicy.database is empty")]
    [InlineData("postgresql.enabled=true", "migration.enabled and postgresql.enabled")]
    [InlineData("""otherClients=[{"clientId":"acme","jwksUri":"http://acme.example/jwks","scopes":["read"]}]""", "jwksUri")]
    [InlineData("""ingres={"enabled":true}""", "ingres")]
    public async Task A_value_at_fault_is_named_before_anything_is_deployed(string value, string named)
    {
        var refused = await Chart.RunAsync("template", KnownNetworks, Database, "migration.enabled=true", value);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(named, refused.Errors, StringComparison.Ordinal);
    }

    private static string? PathOf(JsonNode container, string probe) => (string?)container[probe]!["httpGet"]!["path"];

    /// <summary>These members are so, and none is missing.</summary>
    private static void AssertIs(string expected, JsonNode node, params string[] members) => Assert.Equal(
        JsonNode.Parse(expected)!.ToJsonString(),
        new JsonObject(members.Select(member => KeyValuePair.Create(member, node[member]?.DeepClone()))).ToJsonString());
}
