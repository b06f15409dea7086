using B2BAssertions.OutgoingHttp;
using B2BAssertions.PartnerClient.AccessTokens.Assertion;
using B2BAssertions.PartnerClient.AccessTokens.Http;
using B2BAssertions.PartnerClient.AccessTokens.Issuer;
using B2BAssertions.PartnerClient.AccessTokens.Keys;
using B2BAssertions.PartnerClient.AccessTokens.Settings;
using B2BAssertions.PartnerClient.AccessTokens.Token;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>Access tokens in an application's container: one client at one authorization server, for any number of HTTP clients.</summary>
public static partial class PartnerAccessTokenExtensions
{
    /// <summary>For one answer; what is longer is cut off and counts as no answer.</summary>
    private const int MaxAnswerBytes = 1024 * 1024;

    /// <summary>Adds <see cref="IAccessTokenSource"/>, with options from code.</summary>
    /// <exception cref="OptionsValidationException">At the start of the host: an option is wrong; the message names it.</exception>
    public static IServiceCollection AddPartnerAccessTokens(this IServiceCollection services, Action<AccessTokenOptions> configure)
    {
        services.AddOptions<AccessTokenOptions>().Configure(configure);
        return services.AddAccessTokens(new SettingNames($"{nameof(AccessTokenOptions)}."));
    }

    /// <summary>Adds <see cref="IAccessTokenSource"/>, with the options of a section, read at the start.</summary>
    /// <exception cref="OptionsValidationException">At the start of the host: a setting is wrong; the message names it with its section.</exception>
    public static IServiceCollection AddPartnerAccessTokens(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddOptions<AccessTokenOptions>().Configure(options => Bind(options, section));
        return services.AddAccessTokens(new SettingNames($"{section.Path}:"));
    }

    /// <summary>
    /// Puts the access token into the requests of an HTTP client (RFC 6750 §2.1). A 401 renews the token once, and the request is sent
    /// again if its body can be: none, one in memory, or one of a known length of at most 64 KiB, which is buffered for that. Any other
    /// body is sent once: its caller gets the 401, and the next request another token. Outside all other handlers: retries and time limits
    /// of the application are for its own requests, and a missing token is told at once. Redirects are no longer followed: the caller gets the
    /// 3xx. A proxy of the environment is not asked for this machine itself.
    /// </summary>
    /// <param name="apis">
    /// Addresses of the APIs that may be sent the token; scheme, host and port count. None means the client's BaseAddress as AddHttpClient
    /// sets it. A request to any other address throws <see cref="InvalidOperationException"/> before a token is asked for.
    /// </param>
    public static IHttpClientBuilder AddPartnerAccessToken(this IHttpClientBuilder builder, params Uri[] apis)
    {
        builder.Services.PostConfigureHandlers(builder.Name, MakeSafe);
        return builder.ConfigureAdditionalHttpMessageHandlers((handlers, provider) =>
        {
            IEnumerable<Uri> addresses = apis.Length > 0 ? apis : ConfiguredBaseAddress(provider, builder.Name) is { } address ? [address] : [];
            handlers.Insert(0, ActivatorUtilities.CreateInstance<AccessTokenHandler>(
                provider, (IReadOnlyList<string>)[.. addresses.Select(AccessTokenHandler.OriginOf)]));
        });
    }

    private static Uri? ConfiguredBaseAddress(IServiceProvider provider, string client)
    {
        using var configured = new HttpClient();
        foreach (var configure in provider.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(client).HttpClientActions)
        {
            configure(configured);
        }

        return configured.BaseAddress;
    }

    /// <summary>Adds a health check that fails while the circuit is open; its data tell which state, which code and when the next try is.</summary>
    /// <param name="failureStatus">Default Degraded: the application works, a server does not, and a restart would not help.</param>
    public static IHealthChecksBuilder AddPartnerAccessTokens(
        this IHealthChecksBuilder builder,
        string name = PartnerAccessTokens.HealthCheckName,
        HealthStatus failureStatus = HealthStatus.Degraded,
        IEnumerable<string>? tags = null) =>
        builder.AddCheck<AccessTokenHealthCheck>(name, failureStatus, tags ?? []);

    private static IServiceCollection AddAccessTokens(this IServiceCollection services, SettingNames names)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(names);
        services.AddSingleton<IValidateOptions<AccessTokenOptions>>(
            new AccessTokenOptionsValidator(names, needsKeyFile: () => HasKeyFileSource(services)));
        services.AddOptions<AccessTokenOptions>().ValidateOnStart();
        services.TryAddSingleton<ISigningKeySource, KeyFileSource>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<Exchange>();
        services.AddSingleton<IssuerMetadataClient>();
        services.AddSingleton<IssuerMetadataSource>();
        services.AddSingleton<TokenFailures>();
        services.AddSingleton<TokenAnswer>();
        services.AddSingleton<TokenClient>();
        services.AddSingleton<AccessTokenTelemetry>();
        services.AddSingleton<IAccessTokenSource, AccessTokenSource>();
        services.AddTokenHttpClient();
        return services;
    }

    private static void AddTokenHttpClient(this IServiceCollection services)
    {
        services.AddHttpClient(PartnerAccessTokens.HttpClientName)
            .ConfigureHttpClient((provider, http) =>
            {
                http.MaxResponseContentBufferSize = MaxAnswerBytes;

                // The limit is the options', by the application's clock.
                http.Timeout = Timeout.InfiniteTimeSpan;
                SetHeaders(http, provider.GetRequiredService<IOptions<AccessTokenOptions>>().Value.UserAgent);
            })
            .ConfigurePrimaryHttpMessageHandler(OutgoingHandler.Create);

        // After every other configuration of this client: behind all its handlers, and with whichever primary handler it got.
        services.PostConfigureHandlers(PartnerAccessTokens.HttpClientName, (handlers, provider) =>
        {
            MakeSafe(handlers, provider);
            handlers.AdditionalHandlers.Add(ActivatorUtilities.CreateInstance<AssertionHandler>(provider));
        });
    }

    /// <summary>A primary handler of a kind that cannot be told so is warned of: only the application knows whether it follows redirects.</summary>
    private static void MakeSafe(HttpMessageHandlerBuilder handlers, IServiceProvider provider)
    {
        if (!OutgoingHandler.TryMakeSafe(handlers.PrimaryHandler))
        {
            MayFollowRedirects(
                provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PartnerAccessTokenExtensions).Namespace!),
                handlers.Name,
                handlers.PrimaryHandler.GetType().FullName);
        }
    }

    /// <param name="userAgent">Null for what the application says of all its clients, else for the library.</param>
    private static void SetHeaders(HttpClient http, string? userAgent)
    {
        if (!string.IsNullOrEmpty(userAgent))
        {
            http.DefaultRequestHeaders.UserAgent.Clear();
        }

        RequestHeaders.ApplyTo(
            http, string.IsNullOrEmpty(userAgent) ? RequestHeaders.UserAgentOf($"{nameof(PartnerClient)}.{nameof(AccessTokens)}") : userAgent);
    }

    private static void PostConfigureHandlers(
        this IServiceCollection services, string client, Action<HttpMessageHandlerBuilder, IServiceProvider> configure) =>
        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>>(provider =>
            new PostConfigureOptions<HttpClientFactoryOptions>(client, options =>
                options.HttpMessageHandlerBuilderActions.Add(handlers => configure(handlers, provider))));

    private static bool HasKeyFileSource(IServiceCollection services) =>
        services.Last(service => service.ServiceType == typeof(ISigningKeySource)).ImplementationType == typeof(KeyFileSource);

    /// <summary>A value of the wrong kind, such as a word for a time, is a fault of a setting like any other.</summary>
    private static void Bind(AccessTokenOptions options, IConfigurationSection section)
    {
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(AccessTokenOptions), [exception.Message]);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The HTTP client '{Client}' has a primary handler of type {Handler}, which this library cannot keep from following redirects. "
            + "Make sure that it follows none: a redirect would take the token or the assertion to another server.")]
    private static partial void MayFollowRedirects(ILogger logger, string? client, string? handler);
}
