using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>The settings for Curity, as far as they can be proved without its licence: against a server that plays it.</summary>
public sealed class CurityTests
{
    /// <summary>As docs/partners.md states them.</summary>
    private static readonly Dictionary<string, string> ClientSettings = new()
    {
        ["PartnerClient:AssertionAudience"] = "TokenEndpoint",
        ["PartnerClient:AssertionType"] = "absent",
    };

    /// <summary>As docs/operations.md states them.</summary>
    private static readonly Dictionary<string, string> OrdersSettings = new()
    {
        ["OrdersApi:AllowedAlgorithms:0"] = "PS256",
        ["OrdersApi:ValidTypes:0"] = "absent",
        ["OrdersApi:ClientIdClaim"] = "sub",
    };

    [Theory]
    [InlineData("absent")]
    [InlineData("JWT")]
    [Trait("Rule", "PC-02")]
    [Trait("Rule", "RS-10")]
    public async Task With_the_settings_for_Curity_the_flow_reaches_the_orders(string type)
    {
        await using var system = new OtherIssuersSystem();
        await using var curity = await StartAsync(system, OrdersSettings, new(ClientSettings) { ["PartnerClient:AssertionType"] = type });

        var report = await system.FirstReportAsync();

        Assert.True(report.Failure is null, $"{report.Failure} {string.Join(", ", curity.Refusals)}");
        Assert.Equal(curity.TokenEndpoint, (string?)report.Assertion!.Claims["aud"]);
        Assert.Equal(type == "absent" ? null : type, (string?)report.Assertion.Header["typ"]);
        Assert.Null(report.Token!.Header!["typ"]);
        Assert.Null(report.Token.Claims!["client_id"]);
        Assert.Equal(curity.Issuer, (string?)report.Token.Claims["iss"]);
        Assert.NotEmpty(report.Orders!);
    }

    /// <summary>That each setting is needed. What the API's are needed for, OtherServersTests prove.</summary>
    [Theory]
    [InlineData("PartnerClient:AssertionAudience", "Issuer", "aud")]
    [InlineData("PartnerClient:AssertionType", "client-authentication+jwt", "typ")]
    [InlineData("PartnerClient:TokenRequestParameters:scope_hint", "read", "scope_hint")]
    public async Task With_one_setting_otherwise_the_token_request_is_refused(string setting, string value, string refusal)
    {
        await using var system = new OtherIssuersSystem();
        await using var curity = await StartAsync(system, OrdersSettings, new(ClientSettings) { [setting] = value });

        var report = await system.FirstReportAsync();

        Assert.Equal("token_refused", report.Failure?.Code);
        Assert.Contains(refusal, curity.Refusals);
    }

    [Fact]
    public async Task The_stub_refuses_an_assertion_with_one_thing_wrong()
    {
        await using var system = new OtherIssuersSystem();
        await using var curity = await StartAsync(system, OrdersSettings, ClientSettings);
        await system.FirstReportAsync();
        await system.StopClientAsync();
        var before = curity.Refusals.Count;
        using var http = new HttpClient { BaseAddress = new Uri(curity.Address) };
        var sound = system.Maker(curity.TokenEndpoint).Make(header => header.Remove("typ"));

        Assert.Equal(200, await PostAsync(http, sound));
        Assert.Equal(401, await PostAsync(http, sound));
        string[] faults = ["iat", "exp", "aud", "kid", "signature"];
        foreach (var fault in faults)
        {
            var assertion = system.Maker(curity.TokenEndpoint).Make(header => Break(header, fault), claims => Break(claims, fault));
            Assert.Equal(401, await PostAsync(http, fault == "signature" ? $"{assertion[..^4]}AAAA" : assertion));
        }

        Assert.Equal(["jti used", .. faults], curity.Refusals.Skip(before));
    }

    private static async Task<int> PostAsync(HttpClient http, string assertion)
    {
        using var form = TokenEndpointFixture.Form(assertion);
        using var answer = await http.PostAsync(CurityStub.TokenPath, form, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private static void Break(JsonObject part, string fault)
    {
        part.Remove("typ");
        switch (fault)
        {
            // Milliseconds, as in the tutorial's own code (PC-02).
            case "iat" when part.ContainsKey("iat"):
                part["iat"] = part["iat"]!.GetValue<long>() * 1000;
                break;
            case "exp" when part.ContainsKey("exp"):
                part["exp"] = part["iat"]!.GetValue<long>() - 1;
                break;
            case "aud" when part.ContainsKey("aud"):
                part["aud"] = new JsonArray(part["aud"]!.DeepClone());
                break;
            case "kid" when part.ContainsKey("kid"):
                part["kid"] = "unknown";
                break;
        }
    }

    private static async Task<CurityStub> StartAsync(
        OtherIssuersSystem system, Dictionary<string, string> ordersSettings, Dictionary<string, string> clientSettings)
    {
        var curity = new CurityStub(system.JwksUri, system.OrdersAddress.Address);
        await curity.StartAsync();
        await system.StartAsync(curity.Issuer, ordersSettings, clientSettings);
        return curity;
    }
}
