using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace B2BAssertions.ServiceDefaults.Proxies;

/// <summary>Part of the service defaults: a service knows the proxies in front of it, or believes none.</summary>
internal static class KnownProxies
{
    public static void AddKnownProxies(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<KnownProxiesOptions>, KnownProxiesOptionsValidator>();
        services.AddOptions<KnownProxiesOptions>().BindConfiguration(KnownProxiesOptions.Section).ValidateOnStart();

        // For the framework's own switch, which hosting platforms turn on unasked: it takes the headers from everybody.
        services.PostConfigure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
    }

    /// <summary>Before all else that looks at who sent a request.</summary>
    public static void UseKnownProxies(this WebApplication app) => app.UseMiddleware<SenderOfRequest>();
}
