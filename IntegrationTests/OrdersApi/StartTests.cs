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
    [InlineData("OrdersApi:ValidTypes:0", "jwt")]
    [InlineData("OrdersApi:ValidTypes:0", "")]
    [InlineData("OrdersApi:ClientIdClaim", "azp")]
    [InlineData("OrdersApi:ClientIdClaim", "")]
    [InlineData("OrdersApi:ConcurrentReadsPerPartner", "1001")]
    [InlineData("OrdersApi:ConcurrentWritesPerPartner", "-1")]
    [InlineData("OrdersApi:ReadsPerMinuteAndPartner", "-1")]
    [InlineData("OrdersApi:WritesPerMinuteAndPartner", "1000001")]
    [InlineData("OrdersApi:FailuresPerMinuteAndAddress", "-1")]
    [InlineData("OrdersApi:SeedOrdersFor:1", SystemSettings.PartnerClientId)]
    public async Task A_wrong_setting_is_named(string setting, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => OrdersSystem.StartAsync(new() { [setting] = value }));

        var failure = Assert.Single(exception.Failures);
        Assert.StartsWith(setting.TrimEnd('0', '1', ':'), failure, StringComparison.Ordinal);
        Assert.Contains("expected", failure, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Rule", "RS-07")]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_jwt")]
    [InlineData("none")]
    [InlineData("")]
    public async Task A_client_authentication_that_sends_a_secret_cannot_be_allowed(string method)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => OrdersSystem.StartAsync(new() { ["OrdersApi:ClientAuthenticationMethods:1"] = "private_key_jwt", ["OrdersApi:ClientAuthenticationMethods:0"] = method }));

        Assert.Equal(
            $"OrdersApi:ClientAuthenticationMethods is '{method}, private_key_jwt': expected one or more of private_key_jwt, tls_client_auth, "
                + "self_signed_tls_client_auth.",
            Assert.Single(exception.Failures));
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
}
