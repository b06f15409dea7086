using System.Diagnostics;

using B2BAssertions.AppHost.Curity;
using B2BAssertions.AppHost.Curity.Configuration;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.AppHost.Tests;

/// <summary>Which resources there are, what each is told, and what it waits for.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task By_default_there_are_the_four_services_and_no_container()
    {
        await using var system = await DescribedSystem.CreateAsync();

        string[] services = [ServiceNames.AuthorizationServer, ServiceNames.JwksService, ServiceNames.OrdersApi, ServiceNames.PartnerClient];
        Assert.All(services, name => Assert.Contains(name, system.Names));
        Assert.DoesNotContain(system.Names, name => system.Find<IResource>(name) is ContainerResource);
    }

    [Fact]
    public async Task The_client_waits_for_whatever_its_first_flow_needs()
    {
        await using var system = await DescribedSystem.CreateAsync();

        Assert.Equal(
            [ServiceNames.AuthorizationServer, ServiceNames.JwksService, ServiceNames.OrdersApi],
            system.Waits(ServiceNames.PartnerClient).Order());
    }

    [Fact]
    public async Task The_services_have_the_settings_that_Standalone_gives_them()
    {
        await using var system = await DescribedSystem.CreateAsync();
        var addresses = SystemAddresses.Default;

        await AssertHasAsync(system, ServiceNames.JwksService, SystemSettings.ForJwksService(addresses));
        await AssertHasAsync(system, ServiceNames.AuthorizationServer, SystemSettings.ForAuthorizationServer(addresses));
        await AssertHasAsync(system, ServiceNames.OrdersApi, SystemSettings.ForOrdersApi(addresses));
        await AssertHasAsync(system, ServiceNames.PartnerClient, SystemSettings.ForPartnerClient(addresses));
    }

    [Fact]
    public async Task Settings_of_the_AppHost_reach_the_service_of_their_section()
    {
        await using var system = await DescribedSystem.CreateAsync("--OrdersApi:ValidTypes:0=JWT");

        Assert.Equal("JWT", (await system.EnvironmentAsync(ServiceNames.OrdersApi))["OrdersApi__ValidTypes__0"]);
    }

    [Fact]
    public async Task With_postgres_every_service_that_stores_has_a_database_of_its_own()
    {
        await using var system = await DescribedSystem.CreateAsync("--Storage=postgres");

        foreach (var name in new[] { ServiceNames.AuthorizationServer, ServiceNames.JwksService, ServiceNames.OrdersApi })
        {
            var environment = await system.EnvironmentAsync(name);
            Assert.Equal("postgresql", environment["Database__Provider"]);
            Assert.Equal($"{{{name}-database.connectionString}}", environment["ConnectionStrings__Database"]);
            Assert.Equal(name.Replace('-', '_'), system.Find<PostgresDatabaseResource>($"{name}-database").DatabaseName);
            Assert.Contains($"{name}-database", system.Waits(name));
        }
    }

    [Fact]
    public async Task With_curity_the_container_has_every_variable_of_its_configuration()
    {
        await using var system = await DescribedSystem.CreateAsync("--AuthorizationServer=curity", "--Parameters:curity-license-key=a-licence");

        var environment = await system.EnvironmentAsync("curity");
        var image = Assert.Single(system.Find<CurityIdentityServerResource>("curity").Annotations.OfType<ContainerImageAnnotation>());

        Assert.All(CurityVariables.All, variable => Assert.Contains(variable, environment.Keys));
        Assert.Equal(CurityContainer.Tag, image.Tag);
        Assert.DoesNotContain(ServiceNames.AuthorizationServer, system.Names);
        Assert.Contains("curity", system.Waits(ServiceNames.PartnerClient));
    }

    [Fact]
    public async Task An_issuer_elsewhere_is_a_resource_that_the_client_waits_for()
    {
        await using var system = await DescribedSystem.CreateAsync("--AuthorizationServer=https://login.example.com");

        var server = system.Find<ExternalServiceResource>(ServiceNames.AuthorizationServer);

        Assert.Equal("https://login.example.com/", server.Uri!.ToString());
        Assert.Contains(ServiceNames.AuthorizationServer, system.Waits(ServiceNames.PartnerClient));
        Assert.Equal("https://login.example.com", (await system.EnvironmentAsync(ServiceNames.OrdersApi))["OrdersApi__Issuer"]);
    }

    [Fact]
    public async Task The_graph_shows_whose_keys_an_API_reads()
    {
        await using var system = await DescribedSystem.CreateAsync();

        Assert.All(
            [ServiceNames.JwksService, ServiceNames.OrdersApi],
            api => Assert.Contains(
                system.Find<ProjectResource>(api).Annotations.OfType<ResourceRelationshipAnnotation>(),
                edge => edge.Resource.Name == ServiceNames.AuthorizationServer));
    }

    [Fact]
    public async Task What_destroys_something_asks_before()
    {
        await using var system = await DescribedSystem.CreateAsync();
        var commands = system.Find<ProjectResource>(ServiceNames.PartnerClient).Annotations.OfType<ResourceCommandAnnotation>().ToList();

        string[] expected = ["rotate-key", "revoke-key", "suspend-partner", "resume-partner", "replay-assertion"];
        Assert.Subset(commands.Select(command => command.Name).ToHashSet(), expected.ToHashSet());
        Assert.NotNull(commands.Single(command => command.Name == "revoke-key").ConfirmationMessage);

        // A command line shows no confirmation: there it is an argument.
        Assert.Equal(
            ["revoke-key", "suspend-partner"],
            commands.Where(command => command.Arguments.Any(argument => argument is { Name: "confirm", Required: true })).Select(command => command.Name).Order());
    }

    [Fact]
    public void What_is_published_has_its_secrets_in_files()
    {
        var builder = DistributedApplication.CreateBuilder(["--operation", "publish", "--step", "publish"]);
        Assert.True(builder.TryAddSystem());

        var secrets = builder.Resources.OfType<ProjectResource>().ToDictionary(
            service => service.Name,
            service => service.Annotations.OfType<SecretFileAnnotation>().Select(file => $"{file.SettingName}={file.Secret}").Order());

        Assert.Equal(["AuthorizationServer:Clients:1:Jwks=operator-jwks", "ConnectionStrings:Database=authorization-server-database"], secrets[ServiceNames.AuthorizationServer]);
        Assert.Equal(["ConnectionStrings:Database=jwks-service-database", "JwksService:Partners:0:EnrolmentToken=enrolment-token"], secrets[ServiceNames.JwksService]);
        Assert.Equal(["ConnectionStrings:Database=orders-api-database"], secrets[ServiceNames.OrdersApi]);
        Assert.Equal(["PartnerClient:EnrolmentToken=enrolment-token"], secrets[ServiceNames.PartnerClient]);
    }

    [Fact]
    public async Task Asked_to_publish_the_AppHost_names_the_project_that_does()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SystemModel).Assembly.Location, "--operation", "publish", "--step", "publish"])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("The AppHost publishes nothing.", error);
        Assert.Contains("dotnet run --project deploy/publisher", error);
    }

    private static async Task AssertHasAsync(DescribedSystem system, string name, Dictionary<string, string> settings)
    {
        var environment = await system.EnvironmentAsync(name);
        Assert.All(settings, setting => Assert.Equal(setting.Value, environment[SettingNames.ToEnvironmentVariable(setting.Key)]));
    }
}
