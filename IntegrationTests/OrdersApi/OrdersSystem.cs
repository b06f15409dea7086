using System.Net.Http.Headers;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>The real OrdersApi with an issuer of the test's own, and a clock that stands still until a test moves it.</summary>
public sealed class OrdersSystem : IAsyncLifetime
{
    public const string OtherPartner = SystemSettings.OtherPartnerClientId;

    private readonly TemporaryDirectory _directory = new();
    private TestIssuer? _issuer;
    private RunningService? _api;

    internal TestIssuer Issuer => _issuer!;

    internal RunningService Api => _api!;

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The challenge's parameter that leads to the metadata of this API.</summary>
    internal string ResourceMetadata => $"resource_metadata=\"{Api.Address}/.well-known/oauth-protected-resource\"";

    public ValueTask InitializeAsync() => StartServicesAsync(settings: null, issuerPath: string.Empty);

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Issuer.DisposeAsync();
        _directory.Dispose();
    }

    internal static async Task<OrdersSystem> StartAsync(Dictionary<string, string>? settings = null, string issuerPath = "")
    {
        var system = new OrdersSystem();
        await system.StartServicesAsync(settings, issuerPath);
        return system;
    }

    internal AccessTokenMaker Token() => new(Issuer, Api.Address, Time.GetUtcNow());

    internal async Task<ApiAnswer> GetAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await SendAsync(request);
    }

    internal async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }

    private async ValueTask StartServicesAsync(Dictionary<string, string>? settings, string issuerPath)
    {
        _issuer = await TestIssuer.StartAsync(issuerPath);
        var address = new ReservedAddress();
        var all = SystemSettings.ForOrdersApi(new SystemAddresses(_issuer.Address, "http://127.0.0.1:1", address.Address));
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value;
        }

        _api = await RunningService.StartAsync(Program.Build, address, _directory.Path, all, Time);
    }
}

internal static class OrdersAnswer
{
    public static IEnumerable<string> OrderIds(this ApiAnswer answer) => answer.Body!["orders"]!.AsArray().Select(order => (string)order!["id"]!);
}
