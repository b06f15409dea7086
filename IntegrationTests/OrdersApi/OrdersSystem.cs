using System.Net.Http.Headers;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Databases;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi;
using B2BAssertions.OrdersApi.Database;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>The real OrdersApi with an issuer of the test's own, and a clock that stands still until a test moves it.</summary>
public sealed class OrdersSystem : IAsyncLifetime
{
    public const string OtherPartner = SystemSettings.OtherPartnerClientId;

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _settings = [];
    private int _senders = 1;
    private TestDatabase? _database;
    private TestIssuer? _issuer;
    private RunningService? _api;

    /// <summary>One partner's orders meet in the database, as they do when they come to several replicas.</summary>
    internal static Dictionary<string, string> ManyWritesAtOnce { get; } = new() { ["OrdersApi:ConcurrentWritesPerPartner"] = "100" };

    internal TestIssuer Issuer => _issuer!;

    internal RunningService Api => _api!;

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The challenge's parameter that leads to the metadata of this API.</summary>
    internal string ResourceMetadata => $"resource_metadata=\"{Api.Address}/.well-known/oauth-protected-resource\"";

    public ValueTask InitializeAsync() => StartServicesAsync(settings: null, issuerPath: string.Empty, configureServices: null);

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
            _api.Logs.Forget();
        }

        await Issuer.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _directory.Dispose();
    }

    internal static async Task<OrdersSystem> StartAsync(
        Dictionary<string, string>? settings = null,
        string issuerPath = "",
        Action<IServiceCollection>? configureServices = null)
    {
        var system = new OrdersSystem();
        try
        {
            await system.StartServicesAsync(settings, issuerPath, configureServices);
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }

        return system;
    }

    /// <summary>With a database of its own of this provider.</summary>
    internal static async Task<OrdersSystem> StartOnAsync(
        DatabaseProvider provider,
        Action<IServiceCollection>? configureServices = null,
        Dictionary<string, string>? settings = null)
    {
        var database = await TestDatabase.CreateAsync(provider);
        var system = await StartAsync(
            new Dictionary<string, string>(database.Settings.Concat(settings ?? [])), configureServices: configureServices);
        system._database = database;
        return system;
    }

    /// <summary>One more instance under the same name, as behind a load balancer.</summary>
    internal Task<RunningService> StartReplicaAsync() =>
        RunningService.StartAsync(Program.Build, new ReservedAddress(), _directory.Path, _settings, Time);

    internal AccessTokenMaker Token(string clientId = SystemSettings.PartnerClientId, string scope = SystemSettings.ReadScope) =>
        new(Issuer, Api.Address, Time.GetUtcNow(), clientId, scope);

    internal async Task<ApiAnswer> GetAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await SendAsync(request);
    }

    /// <summary>From an address that nobody has sent from yet: what an address did before changes neither answer nor log.</summary>
    internal async Task<ApiAnswer> GetAsStrangerAsync(string path, string token)
    {
        using var stranger = NewSender();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await stranger.SendAsync(request, TestContext.Current.CancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }

    internal HttpClient NewSender() => LoopbackSender.ClientAt(Interlocked.Increment(ref _senders), Api.Address);

    internal async Task<ApiAnswer> SendAsync(HttpRequestMessage request, RunningService? replica = null)
    {
        using var response = await (replica ?? Api).Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }

    internal async Task<T> QueryAsync<T>(Func<OrdersDbContext, Task<T>> query)
    {
        await using var scope = Api.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<OrdersDbContext>());
    }

    private async ValueTask StartServicesAsync(
        Dictionary<string, string>? settings,
        string issuerPath,
        Action<IServiceCollection>? configureServices)
    {
        _issuer = await TestIssuer.StartAsync(issuerPath);
        var address = new ReservedAddress();
        var defaults = SystemSettings.ForOrdersApi(new SystemAddresses(_issuer.Address, "http://127.0.0.1:1", address.Address));
        _settings[SettingNames.ServeApiDescription] = "true";
        foreach (var (name, value) in defaults.Concat(settings ?? []))
        {
            _settings[name] = value;
        }

        _api = await RunningService.StartAsync(Program.Build, address, _directory.Path, _settings, Time, configureServices);
    }
}

internal static class OrdersAnswer
{
    public static IEnumerable<string> OrderIds(this ApiAnswer answer) => answer.Body!["orders"]!.AsArray().Select(order => (string)order!["id"]!);
}
