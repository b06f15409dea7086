using B2BAssertions.KeyFiles;
using B2BAssertions.OutgoingHttp;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace B2BAssertions.ServiceDefaults;

/// <summary>Defaults of every outgoing HTTP client: service discovery, time limits, retries of safe methods, no redirects.</summary>
public static class ServiceHttpClients
{
    /// <summary>
    /// A client without the default retries and circuit breaker, for servers that belong to different parties: one breaker would count the
    /// failures of all of them together, and one dead server would shut out the others. Its time limit is its own.
    /// </summary>
    public static void AddHttpClientWithoutResilience(this IServiceCollection services, string name, Action<HttpClient> configure)
    {
#pragma warning disable EXTEXP0001 // The only way to leave out a default handler; it has been marked experimental since its first release.
        services.AddHttpClient(name, configure).RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
    }

    /// <summary>What every request says of its sender: the setting, else the service and its version.</summary>
    /// <exception cref="StartupException">The setting is no such text.</exception>
    public static string UserAgentIn(IConfiguration configuration, string serviceName) => configuration[SettingNames.UserAgent] switch
    {
        null or "" => RequestHeaders.UserAgentOf(string.Concat(serviceName.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))),
        { } userAgent when RequestHeaders.IsUserAgent(userAgent) => userAgent,
        { } other => throw new StartupException(
            $"{SettingNames.UserAgent} is '{other}': expected products, such as 'Partner/1.0' (RFC 9110 §10.1.5)."),
    };

    /// <summary>Part of the service defaults; for a command beside a service that starts nothing else of it.</summary>
    public static IServiceCollection AddServiceHttpClients(this IServiceCollection services, IConfiguration configuration, string serviceName)
    {
        var userAgent = UserAgentIn(configuration, serviceName);
        services.AddServiceDiscovery();
        return services.ConfigureHttpClientDefaults(http =>
        {
            http.ConfigureHttpClient(client => RequestHeaders.ApplyTo(client, userAgent));
            http.ConfigurePrimaryHttpMessageHandler(OutgoingHandler.Create);
            // A POST carries an assertion that is good for one attempt (PC-01): who retries it makes a new one.
            http.AddStandardResilienceHandler().Configure(options => options.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });
    }
}
