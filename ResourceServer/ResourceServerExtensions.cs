using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace B2BAssertions.ResourceServer;

/// <summary>Protects a service by access tokens (RFC 9068): one call to add it, one to use it.</summary>
public static class ResourceServerExtensions
{
    /// <summary>Every endpoint asks for an access token, unless it says that it is open to anyone.</summary>
    /// <typeparam name="TSettings">The service's own settings, which are validated where they are added.</typeparam>
    /// <param name="options">What this service accepts, out of its settings.</param>
    /// <param name="withoutKeys">What <c>/health</c> says while the issuer's keys cannot be had.</param>
    public static void AddResourceServer<TSettings>(
        this WebApplicationBuilder builder, Func<TSettings, ResourceServerOptions> options, HealthStatus withoutKeys = HealthStatus.Unhealthy)
        where TSettings : class
    {
        var services = builder.Services;
        services.AddSingleton(provider => options(provider.GetRequiredService<IOptions<TSettings>>().Value));
        services.AddSingleton<ResourceServerMetrics>();
        services.AddSingleton<IssuerKeySource>();
        services.AddSingleton<IssuerKeys>();
        services.AddHealthChecks().AddCheck<IssuerKeysCheck>(IssuerKeysCheck.Name, withoutKeys);
        services.AddSingleton<AccessTokenFailures>();

        // The retries of the defaults would keep a client waiting for half a minute while the issuer is down.
        services.AddHttpClientWithoutResilience(IssuerKeySource.HttpClientName, IssuerKeySource.Configure);

        AddJwtBearer(services);

        services.AddHostedService<LooserTokenRules>();
        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        services.AddSingleton<IAuthorizationHandler, ClientAuthenticationHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationAnswers>();
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    /// <summary>Authentication, authorization, and the metadata of this resource (RFC 9728), which is open to anyone.</summary>
    public static void UseResourceServer(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapProtectedResourceMetadata();
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
