using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Assertion;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Orders;
using B2BAssertions.PartnerClient.Rotation;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

using Polly;

namespace B2BAssertions.PartnerClient;

/// <summary>What each folder puts into the container.</summary>
internal static class PartnerClientServices
{
    /// <summary>All but the flow: the same for the worker and for the commands.</summary>
    public static IServiceCollection AddPartner(this IServiceCollection services, IConfiguration configuration) => services
        .AddPartnerClientOptions()
        .AddInstruments()
        .AddHttpLimits()
        .AddKeyPair()
        .AddEnrolment()
        .AddAssertion()
        .AddToken(configuration)
        .AddOrders()
        .AddRotation();

    public static IServiceCollection AddPartnerClientOptions(this IServiceCollection services)
    {
        services.AddOptions<PartnerClientOptions>().Configure<IConfiguration>(Bind).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PartnerClientOptions>, PartnerClientOptionsValidator>();
        return services;
    }

    public static IServiceCollection AddInstruments(this IServiceCollection services) =>
        services.AddSingleton<PartnerClientMetrics>();

    /// <summary>
    /// No retries inside a request: a flow that fails says so at once and is tried again as a whole, with back-off (PC-05). The limit of
    /// one attempt is that of a person's patience; <see cref="Requests"/> bounds a request as a whole, its body included.
    /// </summary>
    public static IServiceCollection AddHttpLimits(this IServiceCollection services)
    {
        services.AddSingleton<Requests>();
        return services.ConfigureAll<HttpStandardResilienceOptions>(options =>
        {
            options.Retry.ShouldHandle = static _ => PredicateResult.False();
            options.AttemptTimeout.Timeout = Requests.TimeLimit;
            options.TotalRequestTimeout.Timeout = Requests.TimeLimit * 2;
        });
    }

    public static IServiceCollection AddKeyPair(this IServiceCollection services) => services
        .AddSingleton<KeyPassword>()
        .AddSingleton<IKeyStore>(provider =>
            provider.GetRequiredService<IOptions<PartnerClientOptions>>().Value.KeyStore == PartnerClientOptions.StorePkcs11
                ? ActivatorUtilities.CreateInstance<TokenKeyStore>(provider)
                : ActivatorUtilities.CreateInstance<KeyFileStore>(provider))
        .AddSingleton<KeyRing>()
        .AddSingleton<KeyImporter>()
        .AddSingleton<PartnerKeySource>()
        .AddHostedService(provider => provider.GetRequiredService<PartnerKeySource>());

    public static IServiceCollection AddEnrolment(this IServiceCollection services)
    {
        services.AddSingleton<EnrolmentToken>();
        services.AddSingleton<KeyEnrolment>();
        services.AddClient<RegistryClient>();
        return services;
    }

    public static IServiceCollection AddAssertion(this IServiceCollection services) => services.AddSingleton<PartnerJwt>();

    public static IServiceCollection AddToken(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddPartnerAccessTokens(configuration.GetSection(PartnerClientOptions.Section));
        services.AddSingleton<ISigningKeySource>(provider => provider.GetRequiredService<PartnerKeySource>());
        services.AddHealthChecks().AddPartnerAccessTokens();

        // What the worker has of its own: its scope by default, and one setting for all its addresses.
        services.Configure<AccessTokenOptions>(options =>
        {
            options.Scope ??= PartnerClientOptions.DefaultScope;
            options.AllowHttp = HttpAddress.IsHttpAllowed(configuration);
            options.HostWarnsOfHttp = true;
        });
        return services;
    }

    public static IServiceCollection AddOrders(this IServiceCollection services)
    {
        // Outermost, so that each of its sends has the time limit of a request of its own.
        services.AddClient<OrdersClient>().ConfigureHttpClient(SetOrdersApi).AddPartnerAccessToken();
        services.AddClient<OneOrderClient>().ConfigureHttpClient(SetOrdersApi).AddPartnerAccessToken();
        return services;

        // What the token is pinned to.
        static void SetOrdersApi(IServiceProvider provider, HttpClient http) =>
            http.BaseAddress = new Uri(provider.GetRequiredService<IOptions<PartnerClientOptions>>().Value.OrdersApi);
    }

    public static IServiceCollection AddRotation(this IServiceCollection services)
    {
        services.TryAddSingleton<IRotationStateStore, RotationStateFile>();
        services.AddClient<RegistryKeys>();
        services.AddSingleton<KeysToken>();
        services.AddSingleton<RotationTriggers>();
        services.AddSingleton<NextKey>();
        services.AddSingleton<PendingKey>();
        services.AddSingleton<RotationArchive>();
        services.AddSingleton<RotationMetrics>();
        services.AddSingleton<KeyRotation>();
        services.AddSingleton<RotationLock>();
        services.AddSingleton<RotationRequestFile>();
        services.AddSingleton<RotationStatus>();
        services.AddSingleton<RotationRun>();
        services.AddHealthChecks().AddCheck<RotationHealthCheck>("rotation");
        return services.AddHostedService<RotationWorker>();
    }

    public static IServiceCollection AddFlow(this IServiceCollection services)
    {
        services.AddSingleton<FlowState>();
        services.AddSingleton<FlowReportFile>();
        services.AddSingleton<BackOff>();
        services.AddSingleton<PartnerFlow>();
        services.AddHealthChecks().AddCheck<FlowHealthCheck>("flow");
        return services.AddHostedService<FlowWorker>();
    }

    /// <summary>Singletons hold these clients: the primary handler renews their connections, so that it may stay itself.</summary>
    private static IHttpClientBuilder AddClient<TClient>(this IServiceCollection services)
        where TClient : class =>
        services.AddHttpClient<TClient>(http => http.MaxResponseContentBufferSize = Requests.MaxBodyBytes)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

    /// <summary>A value of the wrong kind, such as a word for a number, is a fault of a setting like any other.</summary>
    private static void Bind(PartnerClientOptions options, IConfiguration configuration)
    {
        try
        {
            configuration.GetSection(PartnerClientOptions.Section).Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new OptionsValidationException(PartnerClientOptions.Section, typeof(PartnerClientOptions), [exception.Message]);
        }
    }
}
