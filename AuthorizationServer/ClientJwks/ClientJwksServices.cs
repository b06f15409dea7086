using System.Net;

using B2BAssertions.ServiceDefaults;
using B2BAssertions.ServiceDefaults.GuardedConnections;

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>The clients' keys: fetched, cached, kept for bad days.</summary>
internal static class ClientJwksServices
{
    public static void AddClientJwks(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthorizationServerOptions>, ClientJwksOptionsValidator>();
        services.AddHostedService<LooserFetching>();
        services.TryAddSingleton<INetwork, SystemNetwork>();
        services.AddSingleton<ClientJwksConnections>();
        services.AddSingleton<ClientJwksFetcher>();
        services.AddSingleton<ClientJwksMetrics>();
        services.AddSingleton<ClientJwksCache>();
        services.AddSingleton<ClientKeyResolver>();
        services.AddSingleton<LastGoodJwksStore>();
        services.AddSingleton<LastGoodJwksWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<LastGoodJwksWriter>());
    }

    /// <summary>JW-04: the public Internet over https, what the operator lists, and this machine in Development.</summary>
    public static PermittedDestinations PermittedDestinations(
        ClientJwksOptions options,
        IConfiguration configuration,
        IHostEnvironment environment) => new(
            options.AllowedHosts,
            options.AllowedNetworks.Select(IPNetwork.Parse),
            HttpAddress.IsHttpAllowed(configuration),
            environment.IsDevelopment());
}
