using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace B2BAssertions.OrdersApi.AccessToken;

internal static class AccessTokenProtection
{
    /// <summary>Policy of the endpoints that read.</summary>
    public const string ReadPolicy = "read";

    /// <summary>Every endpoint asks for an access token, unless it says that it is open to anyone.</summary>
    public static void AddAccessTokenProtection(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ApiMetrics>();
        services.AddSingleton<IssuerKeySource>();
        services.AddSingleton<IssuerKeys>();

        // The retries of the defaults would keep a partner waiting for half a minute while the issuer is down.
        services.AddHttpClientWithoutResilience(IssuerKeySource.HttpClientName, IssuerKeySource.Configure);

        AddJwtBearer(services);

        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationAnswers>();
        services.AddAuthorizationBuilder()
            .AddPolicy(ReadPolicy, policy => policy.RequireAuthenticatedUser().AddRequirements(new ScopeRequirement(SystemSettings.ReadScope)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    /// <summary>
    /// The handler of JwtBearer under our rules alone. The usual AddAuthentication and AddJwtBearer would also let the configuration section
    /// Authentication:Schemes change what is accepted, and keep data protection keys that nothing here uses.
    /// </summary>
    private static void AddJwtBearer(IServiceCollection services)
    {
        services.AddTransient<AccessTokenEvents>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, AccessTokenValidation>();
        services.AddWebEncoders();
        services.AddAuthenticationCore(options => options.DefaultScheme = JwtBearerDefaults.AuthenticationScheme);
        new AuthenticationBuilder(services)
            .AddScheme<JwtBearerOptions, JwtBearerHandler>(JwtBearerDefaults.AuthenticationScheme, configureOptions: null);
    }
}
