using B2BAssertions.AppHost.HealthChecks;
using B2BAssertions.IntegrationTests.PartnerClientTests;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

/// <summary>What the partner waits for when its authorization server runs elsewhere.</summary>
public sealed class IssuerMetadataCheckTests : IAsyncLifetime
{
    private readonly StubServers _servers = new(TimeProvider.System);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public async ValueTask InitializeAsync() => await _servers.Issuer.StartAsync();

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server/tenant", HealthStatus.Healthy)]
    [InlineData("/tenant/.well-known/openid-configuration", HealthStatus.Healthy)]
    [InlineData("/.well-known/openid-configuration/tenant", HealthStatus.Unhealthy)]
    public async Task Metadata_are_looked_for_where_the_services_look(string path, HealthStatus expected)
    {
        _servers.Issuer.Instead = request => request.Path == path ? Results.Json(new { }) : Results.NotFound();

        Assert.Equal(expected, (await CheckAsync($"{_servers.Issuer.Address}/tenant")).Status);
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_with_both_addresses()
    {
        var result = await CheckAsync(_servers.Registry.Address);

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Contains($"{_servers.Registry.Address}/.well-known/oauth-authorization-server", result.Description);
        Assert.Contains($"{_servers.Registry.Address}/.well-known/openid-configuration", result.Description);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _servers.DisposeAsync();
    }

    private Task<HealthCheckResult> CheckAsync(string issuer) =>
        new IssuerMetadataCheck(_http, issuer).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
}
