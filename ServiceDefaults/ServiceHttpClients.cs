using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace B2BAssertions.ServiceDefaults;

/// <summary>Defaults of every outgoing HTTP client: service discovery, time limits, retries of safe methods, no redirects.</summary>
public static class ServiceHttpClients
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Connections are renewed so that a changed DNS answer is noticed.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

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

    /// <summary>
    /// What sends the requests, in a command line without a container too. An assertion or a token follows no redirect: its receiver is the
    /// address that was configured or discovered.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = new LoopbackIsDirect(HttpClient.DefaultProxy),
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
    };

    /// <summary>Part of the service defaults; for a command beside a service that starts nothing else of it.</summary>
    public static IServiceCollection AddServiceHttpClients(this IServiceCollection services)
    {
        services.AddServiceDiscovery();
        return services.ConfigureHttpClientDefaults(http =>
        {
            http.ConfigurePrimaryHttpMessageHandler(CreateHandler);
            // A POST carries an assertion that is good for one attempt (PC-01): who retries it makes a new one.
            http.AddStandardResilienceHandler().Configure(options => options.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });
    }
}
