using System.Net.Http.Headers;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary><see cref="ProtectedService"/> on real Kestrel, with an issuer of the test's own.</summary>
internal sealed class ProtectedSystem : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private ProtectedSystem(TestIssuer issuer) => Issuer = issuer;

    public TestIssuer Issuer { get; }

    public RunningService Service { get; private set; } = null!;

    public string ResourceMetadata => $"resource_metadata=\"{Service.Address}/.well-known/oauth-protected-resource\"";

    public static async Task<ProtectedSystem> StartAsync()
    {
        var address = new ReservedAddress();
        var system = new ProtectedSystem(await TestIssuer.StartAsync());
        system.Service = await RunningService.StartAsync(
            ProtectedService.Build,
            address,
            system._directory.Path,
            new Dictionary<string, string>
            {
                [$"{ProtectedService.Section}:Issuer"] = system.Issuer.Address,
                [$"{ProtectedService.Section}:Address"] = address.Address,
            });
        return system;
    }

    public AccessTokenMaker Token(string scope = SystemSettings.ReadScope) =>
        new(Issuer, Service.Address, TimeProvider.System.GetUtcNow(), scope: scope);

    public async Task<ApiAnswer> GetAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Issuer.DisposeAsync();
        _directory.Dispose();
    }
}
