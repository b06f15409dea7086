using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>The library in a plain container, as an application without ASP.NET has it, with an authorization server and an API.</summary>
internal sealed class TokenSystem : IAsyncDisposable
{
    public const string Section = "Tokens";
    private ServiceProvider? _provider;

    public TokenSystem()
    {
        Servers = new StubServers(Time);
        KeyFileMaker.Write(KeyFile, KeyFileMaker.Pem);
        using var key = RSA.Create();
        key.ImportFromEncryptedPem(KeyFileMaker.Pem, KeyFileMaker.Password);
        Issuer.Publish(PublicJwk.FromKey(key));
        Settings = new Dictionary<string, string?>
        {
            ["ClientId"] = StubServers.ClientId,
            ["Issuer"] = Issuer.Address,
            ["Scope"] = "read",
            ["AllowHttp"] = "true",
            ["KeyFile"] = KeyFile,
            ["KeyPassword"] = KeyFileMaker.Password,
        };
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, 987, TimeSpan.Zero));

    public StubServers Servers { get; }

    public StubAuthorizationServer Issuer => Servers.Issuer;

    public StubOrdersApi Orders => Servers.Orders;

    public TemporaryDirectory Directory { get; } = new();

    public string KeyFile => Directory.FileNamed("key.pem");

    public RecordedLogs Logs { get; } = new();

    /// <summary>The section of the library's options.</summary>
    public Dictionary<string, string?> Settings { get; }

    public IServiceProvider Services => _provider ?? throw new InvalidOperationException("Not started.");

    public IAccessTokenSource Tokens => Services.GetRequiredService<IAccessTokenSource>();

    /// <summary>The application's client of the API.</summary>
    public HttpClient Api => Services.GetRequiredService<IHttpClientFactory>().CreateClient("api");

    /// <param name="configure">What the application adds before the library.</param>
    /// <param name="configureAfter">What it adds after.</param>
    public async Task StartAsync(Action<IServiceCollection>? configure = null, Action<IServiceCollection>? configureAfter = null)
    {
        await Servers.StartAsync();
        Build(configure, configureAfter);
    }

    public void Build(Action<IServiceCollection>? configure = null, Action<IServiceCollection>? configureAfter = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Settings.Select(setting => KeyValuePair.Create($"{Section}:{setting.Key}", setting.Value)))
            .Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        services.AddSingleton<TimeProvider>(Time);
        configure?.Invoke(services);
        services.AddPartnerAccessTokens(configuration.GetSection(Section));
        services.AddHttpClient("api", http => http.BaseAddress = new Uri(Orders.Address)).AddPartnerAccessToken();
        services.AddHealthChecks().AddPartnerAccessTokens();
        configureAfter?.Invoke(services);
        _provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        // As a host does at its start.
        _provider.GetRequiredService<IStartupValidator>().Validate();
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        await Servers.DisposeAsync();
        Directory.Dispose();
    }
}
