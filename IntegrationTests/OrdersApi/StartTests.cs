using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.OrdersApi;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Settings and sample data.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("OrdersApi:Issuer", "")]
    [InlineData("OrdersApi:Issuer", "issuer.example")]
    [InlineData("OrdersApi:Resource", "https://api.example/?query")]
    [InlineData("OrdersApi:Audience", " ")]
    [InlineData("OrdersApi:AllowedAlgorithms:0", "RS256")]
    [InlineData("OrdersApi:AllowedAlgorithms:0", "none")]
    [InlineData("OrdersApi:SeedOrdersFor:1", SystemSettings.PartnerClientId)]
    public async Task A_wrong_setting_is_named(string setting, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => OrdersSystem.StartAsync(new() { [setting] = value }));

        var failure = Assert.Single(exception.Failures);
        Assert.StartsWith(setting.TrimEnd('0', '1', ':'), failure, StringComparison.Ordinal);
        Assert.Contains("expected", failure, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task An_algorithm_that_is_not_allowed_is_refused()
    {
        await using var system = await OrdersSystem.StartAsync(new() { ["OrdersApi:AllowedAlgorithms:0"] = "PS256" });

        Assert.Equal(401, (await system.GetAsync("/orders", system.Token().Make())).Status);
        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().SignedBy(system.Issuer.RsaKey).Make())).Status);
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task An_audience_of_its_own_replaces_the_resource()
    {
        await using var system = await OrdersSystem.StartAsync(new() { ["OrdersApi:Audience"] = "orders" });
        var token = system.Token();
        token.Claims["aud"] = "orders";

        Assert.Equal(401, (await system.GetAsync("/orders", system.Token().Make())).Status);
        Assert.Equal(200, (await system.GetAsync("/orders", token.Make())).Status);
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task The_settings_of_the_framework_change_nothing_that_is_accepted()
    {
        await using var system = await OrdersSystem.StartAsync(new()
        {
            ["Authentication:Schemes:Bearer:ValidAudiences:0"] = "https://other.example",
            ["Authentication:Schemes:Bearer:ValidIssuers:0"] = "https://issuer.example",
        });
        var token = system.Token();
        token.Claims["aud"] = "https://other.example";

        Assert.Equal(401, (await system.GetAsync("/orders", token.Make())).Status);
        Assert.Equal(200, (await system.GetAsync("/orders", system.Token().Make())).Status);
    }

    [Fact]
    public async Task Processes_that_start_at_once_on_one_database_seed_it_once()
    {
        using var directory = new TemporaryDirectory();
        await using var issuer = await TestIssuer.StartAsync();
        var services = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartOnAsync(directory, issuer)));

        foreach (var service in services)
        {
            var maker = new AccessTokenMaker(issuer, service.Address, TimeProvider.System.GetUtcNow());
            using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
            request.Headers.Authorization = new("Bearer", maker.Make());
            using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(6, (await ApiAnswer.ReadAsync(response)).OrderIds().Count());
            await service.DisposeAsync();
        }
    }

    private static Task<RunningService> StartOnAsync(TemporaryDirectory directory, TestIssuer issuer)
    {
        var address = new ReservedAddress();
        var settings = SystemSettings.ForOrdersApi(new SystemAddresses(issuer.Address, "http://127.0.0.1:1", address.Address));
        return RunningService.StartAsync(Program.Build, address, directory.Path, settings);
    }
}
