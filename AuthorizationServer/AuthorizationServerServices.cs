using B2BAssertions.AuthorizationServer.Apis;
using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.AuthorizationServer.Token;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer;

/// <summary>This service's own parts, feature by feature.</summary>
internal static class AuthorizationServerServices
{
    public static void AddAuthorizationServerOptions(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthorizationServerOptions>, AuthorizationServerOptionsValidator>();
        services.AddOptions<AuthorizationServerOptions>()
            .BindConfiguration(AuthorizationServerOptions.Section)
            .ValidateOnStart();
        services.AddSingleton<ApiScopes>();
        services.AddSingleton<ServerSigningKeys>();
        services.AddSingleton<AuthorizationServerTelemetry>();
    }

    public static void AddClients(this IServiceCollection services)
    {
        services.AddScoped<ClientStore>();
        services.AddHostedService<ClientRegistrar>();
    }

    public static void AddClientJwks(this IServiceCollection services)
    {
        services.AddSingleton<ClientJwksFetcher>();
        services.AddSingleton<ClientJwksCache>();
        services.AddSingleton<ClientKeyResolver>();
        services.AddHttpClientWithoutResilience(ClientJwksFetcher.HttpClientName, http =>
        {
            http.Timeout = ClientJwksFetcher.Timeout;
            http.MaxResponseContentBufferSize = ClientJwksFetcher.MaxBodyBytes;
        });
    }

    public static void AddClientAssertions(this IServiceCollection services)
    {
        services.AddSingleton<AssertionClaimRules>();
        services.AddSingleton<TokenRequestRefusal>();
        services.AddScoped<ClientAssertionValidator>();
        services.AddScoped<UsedAssertionStore>();
        services.AddHostedService<LooserRules>();
        services.AddHostedService<UsedAssertionSweep>();
    }
}
