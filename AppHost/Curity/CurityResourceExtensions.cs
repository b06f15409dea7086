using System.Security.Cryptography;

using B2BAssertions.AppHost.Curity.Configuration;
using B2BAssertions.AppHost.Settings;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AppHost.Curity;

internal static class CurityResourceExtensions
{
    private const int SymmetricKeyBytes = 32;
    private const int PasswordLength = 22;
    private const string PasswordCharacters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    /// <summary>
    /// Adds a Curity Identity Server. Image and registry can be replaced by the settings <c>Curity:Registry</c>, <c>Curity:Image</c> and
    /// <c>Curity:Tag</c>, for who has a registry of their own; <c>Curity:AdminUrl</c> is where people reach its administration.
    /// </summary>
    public static IResourceBuilder<CurityIdentityServerResource> AddCurityIdentityServer(
        this IDistributedApplicationBuilder builder, string name, AppHostSettings settings)
    {
        var license = builder.AddParameter($"{name}-license-key", secret: true).WithDescription(
            "The member `License` of the licence file. A trial or a community licence is free at [developer.curity.io](https://developer.curity.io).",
            enableMarkdown: true);
        var custom = builder.Configuration.GetSection("Curity");
        var adminUrl = custom["AdminUrl"] is { Length: > 0 } url ? url : $"http://localhost:{CurityContainer.AdminPort}";
        return builder.AddResource(new CurityIdentityServerResource(name) { License = license.Resource })
            .WithImage(custom["Image"] ?? CurityContainer.Image, custom["Tag"] ?? CurityContainer.Tag)
            .WithImageRegistry(custom["Registry"] ?? CurityContainer.Registry)
            .WithBindMount(
                Path.Combine(SystemModel.RepositoryFolder, CurityContainer.ConfigurationSource),
                CurityContainer.ConfigurationTarget,
                isReadOnly: true)
            .WithHttpEndpoint(CurityContainer.RuntimePort, CurityContainer.RuntimePort, CurityIdentityServerResource.RuntimeEndpoint, isProxied: false)
            .WithHttpEndpoint(CurityContainer.AdminPort, CurityContainer.AdminPort, CurityIdentityServerResource.AdminEndpoint, isProxied: false)
            .WithHttpEndpoint(targetPort: CurityContainer.StatusPort, name: CurityIdentityServerResource.StatusEndpoint)
            .WithHttpHealthCheck(CurityContainer.StatusPath, endpointName: CurityIdentityServerResource.StatusEndpoint)
            .WithEnvironment("ADMIN", "true")
            .WithEnvironment(CurityVariables.BaseUrl, settings.AuthorizationServerBase)
            .WithEnvironment(CurityVariables.AdminUrl, adminUrl)
            .WithEnvironment(CurityVariables.LicenseKey, license)
            .WithEnvironment(CurityVariables.OrdersApiAudience, settings.Addresses.OrdersApi)
            .WithSecrets(builder, name)
            .WithLink(CurityIdentityServerResource.AdminEndpoint, CurityContainer.AdminPath, "Curity admin (user admin)")
            .WithLink(CurityIdentityServerResource.RuntimeEndpoint, CurityIdentityServerResource.MetadataPath, "Metadata")
            .WithLink(CurityIdentityServerResource.RuntimeEndpoint, $"{CurityContainer.IssuerPath}/jwks", "JWKS");
    }

    /// <summary>
    /// The server asks for the partner's key set from inside its container. Aspire puts in the address that works there: of its tunnel to
    /// this machine while the system runs here, of the service where it is published.
    /// </summary>
    public static void LetReadJwks(
        this IDistributedApplicationBuilder builder, IResourceBuilder<IResource> authorizationServer, IResourceBuilder<ProjectResource> jwksService)
    {
        if (authorizationServer.Resource is CurityIdentityServerResource curity)
        {
            var registry = jwksService.GetEndpoint(ServiceResources.Endpoint);
            builder.CreateResourceBuilder(curity)
                .WithEnvironment(CurityVariables.PartnerJwksUri, $"{registry}{SystemSettings.JwksPath(SystemSettings.PartnerClientId)}")
                .WithEnvironment(CurityVariables.JwksScheme, $"{registry.Property(EndpointProperty.Scheme)}");
        }
    }

    /// <summary>
    /// Secrets of this start while the system runs here: the container keeps no configuration either. Who deploys what is published brings
    /// their own; deploy/curity/README.md has the commands.
    /// </summary>
    private static IResourceBuilder<CurityIdentityServerResource> WithSecrets(
        this IResourceBuilder<CurityIdentityServerResource> curity, IDistributedApplicationBuilder builder, string name)
    {
        var isPublishing = builder.ExecutionContext.IsPublishMode;
        var password = new Lazy<string>(() => RandomNumberGenerator.GetString(PasswordCharacters, PasswordLength));
        if (!isPublishing)
        {
            builder.AddParameter($"{name}-admin-password", () => password.Value, secret: true)
                .WithDescription("Of the user `admin`, made anew at each start.", enableMarkdown: true);
        }

        var key = new Lazy<CuritySigningKey>(() => CuritySigningKey.Create(TimeProvider.System));
        return curity
            .WithEnvironment(CurityVariables.AdminPasswordHash, Secret("admin-password-hash", () => Sha256Crypt.Hash(password.Value)))
            .WithEnvironment(CurityVariables.SigningKey, Secret("signing-key", () => key.Value.Keystore))
            .WithEnvironment(CurityVariables.SigningKeyId, Secret("signing-key-id", () => key.Value.Kid))
            .WithEnvironment(CurityVariables.SymmetricKey, Secret("symmetric-key", () => RandomNumberGenerator.GetHexString(SymmetricKeyBytes * 2, lowercase: true)));

        IResourceBuilder<ParameterResource> Secret(string purpose, Func<string> make) => isPublishing
            ? builder.AddParameter($"{name}-{purpose}", secret: true)
            : builder.AddParameter($"{name}-{purpose}", make, secret: true);
    }
}
