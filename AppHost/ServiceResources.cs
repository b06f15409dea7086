using B2BAssertions.AppHost.HealthChecks;
using B2BAssertions.AppHost.Settings;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.AppHost;

/// <summary>A service as an Aspire resource: the settings that Standalone gives it, its health, and a fixed address.</summary>
internal static class ServiceResources
{
    /// <summary>The endpoint that Aspire makes of the profile's address; it is named after the scheme.</summary>
    public const string Endpoint = "http";

    /// <summary>The launch profile of every service: its port, and the environment Development.</summary>
    private const string LaunchProfile = "http";

    /// <summary>The endpoint that Aspire adds to what is published; TLS ends at the edge, so it is the same port.</summary>
    private const string SecureEndpoint = "https";

    private const string ConnectionSetting = "ConnectionStrings:Database";

    /// <param name="settings">One of <see cref="SystemSettings"/>, which Standalone and the tests start the services with as well.</param>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder,
        SystemModel system,
        string name,
        Func<SystemAddresses, IssuerCustoms?, Dictionary<string, string>> settings)
        where TProject : IProjectMetadata, new() =>
        builder.AddService<TProject>(system, name, settings(system.Settings.Addresses, system.Settings.Customs));

    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, SystemModel system, string name, Dictionary<string, string> settings)
        where TProject : IProjectMetadata, new()
    {
        settings[SettingNames.AllowHttp] = system.Settings.AllowsHttp ? "true" : "false";
        if (builder.ExecutionContext.IsPublishMode)
        {
            settings[SettingNames.ShutdownDelay] = name == ServiceNames.PartnerClient ? "00:00:00" : "00:00:05";
        }

        settings[SettingNames.DataDirectory] = builder.ExecutionContext.IsPublishMode ? system.Data : system.FolderOf(name);

        // Forwarded headers are believed from networks that the service's own settings name, and from nobody because it was started here.
        var service = builder.AddProject<TProject>(name, LaunchProfile)
            .WithFixedPort(builder.ExecutionContext.IsPublishMode)
            .DisableForwardedHeaders()
            .WithBuiltExecutable(typeof(TProject).Name)
            .WithServiceHealth();
        foreach (var (settingName, value) in settings)
        {
            service.WithEnvironment(SettingNames.ToEnvironmentVariable(settingName), value);
        }

        return service.WithSettingsOfTheHost(builder, settings);
    }

    /// <summary>In the environment while the system runs here; what is published has it from a file.</summary>
    public static IResourceBuilder<ProjectResource> WithSecret(
        this IResourceBuilder<ProjectResource> service, string settingName, IResourceBuilder<ParameterResource> secret) =>
        service.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? service.WithAnnotation(new SecretFileAnnotation(settingName, secret.Resource.Name))
            : service.WithEnvironment(SettingNames.ToEnvironmentVariable(settingName), secret);

    /// <summary>A link beside the resource in the dashboard.</summary>
    public static IResourceBuilder<ProjectResource> WithLink(this IResourceBuilder<ProjectResource> service, string path, string text) =>
        service.WithLink(Endpoint, path, text);

    /// <inheritdoc cref="WithLink(IResourceBuilder{ProjectResource}, string, string)"/>
    public static IResourceBuilder<T> WithLink<T>(this IResourceBuilder<T> resource, string endpoint, string path, string text)
        where T : IResourceWithEndpoints =>
        resource.WithUrlForEndpoint(endpoint, (EndpointReference _) => new ResourceUrlAnnotation { Url = path, DisplayText = text });

    /// <summary>A database of the service's own: a SQLite file in its folder, or one on the PostgreSQL server.</summary>
    public static IResourceBuilder<ProjectResource> WithDatabase(this IResourceBuilder<ProjectResource> service, SystemModel system)
    {
        if (system.Database is not { } server)
        {
            return service;
        }

        var name = service.Resource.Name;
        var database = server.AddDatabase($"{name}-database", name.Replace('-', '_'));
        service.WithEnvironment(SettingNames.ToEnvironmentVariable("Database:Provider"), "postgresql").WaitFor(database);

        // Not by reference: run here, that would add the parts of the connection string, the password among them, as variables that nobody
        // reads; published, it would hand the server's superuser to services that have a role each.
        return service.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? service.WithAnnotation(new SecretFileAnnotation(ConnectionSetting, database.Resource.Name))
            : service.WithEnvironment(SettingNames.ToEnvironmentVariable(ConnectionSetting), database);
    }

    /// <summary>
    /// Starts what the build of this project left. Aspire's own way, a 'dotnet run' for each project, costs each of them seconds. A debugger
    /// and 'dotnet watch' still get the project.
    /// </summary>
    private static IResourceBuilder<ProjectResource> WithBuiltExecutable(this IResourceBuilder<ProjectResource> service, string project)
    {
        var executable = BuiltExecutable.Of(project);
        return service.ApplicationBuilder.Configuration["DOTNET_WATCH"] is null && File.Exists(executable)
            ? service.WithAnnotation(new ExecutableAnnotation
            {
                Command = executable,
                WorkingDirectory = Path.GetDirectoryName(service.Resource.GetProjectMetadata().ProjectPath)!,
            })
            : service;
    }

    private static IResourceBuilder<ProjectResource> WithServiceHealth(this IResourceBuilder<ProjectResource> service)
    {
        var check = $"{service.Resource.Name}_health";
        var endpoint = service.GetEndpoint(Endpoint);
        service.ApplicationBuilder.Services.AddHealthChecks().AddCheck(
            check,
            new ServiceHealthCheck(
                new HttpClient(OutgoingHandler.Create()),
                () => endpoint.IsAllocated ? new Uri(new Uri(endpoint.Url), HealthPaths.Health) : null,
                TimeProvider.System));
        return service.WithHealthCheck(check);
    }

    /// <summary>
    /// Without Aspire's proxy the service listens on the port of its profile itself. Issuer and JWKS address stand in tokens and metadata, so
    /// the port must not change: a proxied one would where ports are randomized, as in tests. What is published has the port of .NET's
    /// images, instead of a variable without a value.
    /// </summary>
    private static IResourceBuilder<ProjectResource> WithFixedPort(this IResourceBuilder<ProjectResource> service, bool isPublishing) => isPublishing
        ? service
            .WithEndpoint(Endpoint, endpoint => endpoint.TargetPort = AppHostSettings.ContainerPort)
            .WithEndpoint(SecureEndpoint, endpoint => endpoint.TargetPort = AppHostSettings.ContainerPort, createIfNotExists: false)
        : service.WithEndpoint(Endpoint, endpoint => endpoint.IsProxied = false);

    /// <summary>
    /// What the AppHost's own configuration says in the section of a service goes to that service, and wins: so an issuer elsewhere can be
    /// given its customs, such as <c>OrdersApi:ValidTypes:0</c>.
    /// </summary>
    private static IResourceBuilder<ProjectResource> WithSettingsOfTheHost(
        this IResourceBuilder<ProjectResource> service, IDistributedApplicationBuilder builder, Dictionary<string, string> settings)
    {
        foreach (var section in settings.Keys.Where(key => key.Contains(':')).Select(key => key.Split(':')[0]).Distinct())
        {
            foreach (var (settingName, value) in builder.Configuration.GetSection(section).AsEnumerable())
            {
                if (value is not null && settingName != section)
                {
                    service.WithEnvironment(SettingNames.ToEnvironmentVariable(settingName), value);
                }
            }
        }

        return service;
    }
}

/// <summary>A setting of a published service that stands in a file: its text is a secret of the deployment's operator.</summary>
/// <param name="Secret">The name of that file.</param>
internal sealed record SecretFileAnnotation(string SettingName, string Secret) : IResourceAnnotation;
