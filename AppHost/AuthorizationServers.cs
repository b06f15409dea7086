using B2BAssertions.AppHost.Curity;
using B2BAssertions.AppHost.HealthChecks;
using B2BAssertions.AppHost.Settings;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.AppHost;

/// <summary>The authorization server of the setting <c>AuthorizationServer</c>.</summary>
internal static class AuthorizationServers
{
    /// <summary>For an issuer elsewhere to show its metadata.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    public static IResourceBuilder<IResource> AddAuthorizationServer(this IDistributedApplicationBuilder builder, SystemModel system) =>
        system.Settings.AuthorizationServer switch
        {
            AuthorizationServerKind.Embedded => builder.AddEmbedded(system),
            AuthorizationServerKind.Curity => builder.AddCurityIdentityServer(AppHostSettings.Curity, system.Settings),
            _ => builder.AddOther(system.Settings.Addresses.AuthorizationServer),
        };

    private static IResourceBuilder<ProjectResource> AddEmbedded(this IDistributedApplicationBuilder builder, SystemModel system)
    {
        var settings = SystemSettings.ForAuthorizationServer(system.Settings.Addresses, system.OperatorJwks);
        var server = builder.AddService<Projects.AuthorizationServer>(system, ServiceNames.AuthorizationServer, settings)
            .WithDatabase(system)
            .WithIconName("ShieldKeyhole")
            .WithLink("/.well-known/oauth-authorization-server", "Metadata");
        return builder.ExecutionContext.IsPublishMode
            ? server.WithSecret(
                SystemSettings.OperatorJwksSetting,
                builder.AddParameter("operator-jwks").WithDescription("The public keys of the registry's operator: a JWK Set on one line."))
            : server;
    }

    /// <summary>The client waits until its metadata answer.</summary>
    private static IResourceBuilder<ExternalServiceResource> AddOther(this IDistributedApplicationBuilder builder, string issuer)
    {
        const string Check = "issuer_metadata";
        var metadata = new IssuerMetadataCheck(new HttpClient(OutgoingHandler.Create()) { Timeout = TimeLimit }, issuer);
        builder.Services.AddHealthChecks().AddCheck(Check, metadata);
        return builder.AddExternalService(ServiceNames.AuthorizationServer, issuer).WithHealthCheck(Check);
    }
}
