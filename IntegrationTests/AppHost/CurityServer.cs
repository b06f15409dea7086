using System.Net;

using B2BAssertions.AppHost.Curity.Configuration;
using B2BAssertions.ServiceDefaults;

using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

/// <summary>A real Curity Identity Server with the configuration of deploy/curity, which needs a licence.</summary>
internal sealed class CurityServer : IAsyncDisposable
{
    private const string LicenseVariable = "CURITY_LICENSE_KEY";

    /// <summary>For who has the image in a registry of their own.</summary>
    private const string ImageVariable = "B2B_TEST_CURITY_IMAGE";

    /// <summary>Under this name a container reaches the ports of this machine that Testcontainers was told of.</summary>
    private const string HostOfTheTests = "host.testcontainers.internal";

    private readonly IContainer _container;

    private CurityServer(IContainer container) => _container = container;

    public static string LicenseOrSkip()
    {
        var license = Environment.GetEnvironmentVariable(LicenseVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(license), $"Needs a licence of the Curity Identity Server in {LicenseVariable}; deploy/curity/README.md says where to get one.");
        return license;
    }

    /// <param name="port">The port of this machine under which the server is reached: it stands in its issuer identifier.</param>
    public static async Task<CurityServer> StartAsync(string license, int port, SystemAddresses addresses, string configuration)
    {
        var registry = new Uri(addresses.JwksService);
        await TestcontainersSettings.ExposeHostPortsAsync((ushort)registry.Port, TestContext.Current.CancellationToken);
        var key = CuritySigningKey.Create(TimeProvider.System);
        var image = Environment.GetEnvironmentVariable(ImageVariable) ?? $"{CurityContainer.Registry}/{CurityContainer.Image}:{CurityContainer.Tag}";
        var container = new ContainerBuilder(image)
            .WithPortBinding(port, CurityContainer.RuntimePort)
            .WithPortBinding(CurityContainer.StatusPort, assignRandomHostPort: true)
            .WithBindMount(configuration, CurityContainer.ConfigurationTarget, AccessMode.ReadOnly)
            .WithEnvironment("ADMIN", "true")
            .WithEnvironment(CurityVariables.BaseUrl, $"http://127.0.0.1:{port}")
            .WithEnvironment(CurityVariables.AdminUrl, $"http://127.0.0.1:{CurityContainer.AdminPort}")
            .WithEnvironment(CurityVariables.LicenseKey, license)
            .WithEnvironment(CurityVariables.SymmetricKey, System.Security.Cryptography.RandomNumberGenerator.GetHexString(64, lowercase: true))
            .WithEnvironment(CurityVariables.SigningKey, key.Keystore)
            .WithEnvironment(CurityVariables.SigningKeyId, key.Kid)
            .WithEnvironment(CurityVariables.AdminPasswordHash, Sha256Crypt.Hash(key.Kid))
            .WithEnvironment(
                CurityVariables.PartnerJwksUri, $"http://{HostOfTheTests}:{registry.Port}{SystemSettings.JwksPath(SystemSettings.PartnerClientId)}")
            .WithEnvironment(CurityVariables.JwksScheme, "http")
            .WithEnvironment(CurityVariables.OrdersApiAudience, addresses.OrdersApi)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request
                .ForPort(CurityContainer.StatusPort)
                .ForPath(CurityContainer.StatusPath)
                .ForStatusCode(HttpStatusCode.OK)))
            .Build();
        await container.StartAsync(TestContext.Current.CancellationToken);
        return new CurityServer(container);
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
