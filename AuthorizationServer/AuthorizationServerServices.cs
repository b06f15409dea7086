using B2BAssertions.AuthorizationServer.Apis;
using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.RateLimits;
using B2BAssertions.AuthorizationServer.Token;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
        services.AddSingleton<AuthorizationServerTelemetry>();
    }

    public static void AddClients(this IServiceCollection services)
    {
        services.AddScoped<ClientStore>();
        services.AddHostedService<ClientRegistrar>();
    }

    public static void AddClientAssertions(this IServiceCollection services)
    {
        services.AddSingleton<AssertionClaimRules>();
        services.AddScoped<ClientAssertionValidator>();
        services.AddScoped<UsedAssertionStore>();
        services.AddSingleton<ForgottenAssertions>();
        services.AddHostedService(provider => provider.GetRequiredService<ForgottenAssertions>());
        services.AddHostedService<LooserRules>();
        services.AddHostedService<UsedAssertionSweep>();
    }
    public static void AddTokenRequests(this IServiceCollection services)
    {
        services.AddSingleton<TokenRequestLimits>();
        services.AddSingleton<TokenRequestRefusal>();
        services.AddExceptionHandler<TokenEndpointFailure>();
        services.Configure<KestrelServerOptions>(kestrel => TokenRequestSize.Limit(kestrel.Limits));
        services.Configure<FormOptions>(TokenRequestSize.Limit);
    }
}
