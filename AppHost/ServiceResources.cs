using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AppHost;

/// <summary>A service as an Aspire resource: the settings that Standalone gives it, its health, and a fixed address.</summary>
internal static class ServiceResources
{
    /// <summary>The launch profile of every service: its port, and the environment Development.</summary>
    private const string LaunchProfile = "http";

    /// <summary>The endpoint that Aspire makes of the profile's address; it is named after the scheme.</summary>
    private const string Endpoint = "http";

    /// <summary>Under the repository, apart from Standalone's files: the two may run in turn, each with keys and databases of its own.</summary>
    private static readonly string DataFolder = Path.Combine(".data", "apphost");

    /// <summary>The folder of a service, or of the operator, among this system's files.</summary>
    public static string FolderOf(this IDistributedApplicationBuilder builder, string name) =>
        Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", DataFolder, name));

    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name, Dictionary<string, string> settings)
        where TProject : IProjectMetadata, new()
    {
        settings[SettingNames.AllowHttp] = "true";
        settings[SettingNames.DataDirectory] = builder.FolderOf(name);

        // Without Aspire's proxy the service listens on the port of its profile itself. Issuer and JWKS address stand in tokens and
        // metadata, so the port must not change: a proxied one would where ports are randomized, as in tests.
        var service = builder.AddProject<TProject>(name, LaunchProfile)
            .WithEndpoint(Endpoint, endpoint => endpoint.IsProxied = false)
            .WithHttpHealthCheck(HealthPaths.Health);
        foreach (var (settingName, value) in settings)
        {
            service.WithEnvironment(SettingNames.ToEnvironmentVariable(settingName), value);
        }

        return service;
    }

    public static IResourceBuilder<ProjectResource> WithSecret(
        this IResourceBuilder<ProjectResource> service, string settingName, IResourceBuilder<ParameterResource> secret) =>
        service.WithEnvironment(SettingNames.ToEnvironmentVariable(settingName), secret);
}
