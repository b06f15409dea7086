using System.Diagnostics.Metrics;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>
/// Access tokens for the registry, with the scope <c>keys</c> and nothing else: a right that the flow's tokens do not carry. The key is
/// named for each, so that a new one can be tried before it takes over. For one caller at a time.
/// </summary>
internal sealed class KeysToken(IConfiguration configuration, RegistryClient registry, TimeProvider time) : IDisposable
{
    private ServiceProvider? _services;
    private string? _kid;

    /// <summary>The token that this key got, or a new one.</summary>
    public async Task<Outcome<string>> GetAsync(SigningKey key, CancellationToken cancellationToken)
    {
        if (_services is null || _kid != key.Kid)
        {
            Forget();
            _services = Build(key);
            _kid = key.Kid;
        }

        var result = await _services.GetRequiredService<IAccessTokenSource>().GetAsync(cancellationToken);
        return result.TryGetToken(out var token, out var failure) ? token.Value : Describe(failure);
    }

    /// <summary>A new one, by an assertion that this key signs: that the server accepts the key is known from it.</summary>
    public Task<Outcome<string>> RequestAsync(SigningKey key, CancellationToken cancellationToken)
    {
        Forget();
        return GetAsync(key, cancellationToken);
    }

    /// <summary>The registry refused it, or the back-off of the rotation is to decide when the server is asked again.</summary>
    public void Forget()
    {
        _services?.Dispose();
        _services = null;
    }

    public void Dispose() => Forget();

    /// <summary>
    /// The library of the flow's own tokens, with the same settings but another scope and key. Without its log and metrics: what fails is
    /// told by the rotation, and they would count twice.
    /// </summary>
    private ServiceProvider Build(SigningKey key)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton<IMeterFactory, UnheardMeters>();
        services.AddSingleton<ISigningKeySource>(new OneKey(key));
        services.AddPartnerAccessTokens(configuration.GetSection(PartnerClientOptions.Section));
        services.Configure<AccessTokenOptions>(options =>
        {
            options.Scope = SystemSettings.KeysScope;
            options.Resource = options.Resource is null ? null : registry.Address;
            options.AllowHttp = HttpAddress.IsHttpAllowed(configuration);
            options.UserAgent ??= ServiceHttpClients.UserAgentIn(configuration, ServiceNames.PartnerClient);
        });
        return services.BuildServiceProvider();
    }

    private FlowFailure Describe(AccessTokenFailure failure) => failure is { Error: "invalid_scope" } or { Code: "scope_not_granted" }
        ? RotationFailures.ScopeRefused(failure.Message)
        : FlowFailures.NoToken(failure, time) with { Step = RotationFailures.Step };

    private sealed class OneKey(SigningKey key) : ISigningKeySource
    {
        public ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(key);
    }

    private sealed class UnheardMeters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter("unheard");
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
