using System.Net.Http.Headers;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>
/// The partner's side and the API with oidc-provider as the authorization server: FAPI 2.0 profile, keys from our registry, PS256, JWT
/// access tokens by resource indicator. No setting loosens anything.
/// </summary>
public sealed class IndependentServerTests : IClassFixture<IndependentServerTests.Running>
{
    private readonly Running _running;

    public IndependentServerTests(Running running)
    {
        NodeScripts.Demand();
        _running = running;
    }

    private OtherIssuersSystem System => _running.System;

    private IndependentServer Server => _running.Server!;

    private AssertionMaker Maker => System.Maker(Server.Issuer);

    [Fact]
    [Trait("Rule", "PC-02")]
    [Trait("Rule", "RS-02")]
    public async Task The_client_gets_a_token_and_the_API_serves_the_partners_orders()
    {
        var report = await System.FirstReportAsync();

        Assert.True(report.Failure is null, $"{report.Failure} {Server.Output}");
        Assert.Equal(Server.Issuer, (string?)report.Assertion!.Claims["aud"]);
        Assert.Equal("PS256", (string?)report.Assertion.Header["alg"]);
        Assert.Equal(Server.Issuer, (string?)report.Token!.Claims!["iss"]);
        Assert.Equal(System.OrdersAddress.Address, (string?)report.Token.Claims["aud"]);
        Assert.Equal(SystemSettings.PartnerClientId, (string?)report.Token.Claims["client_id"]);
        Assert.Equal("at+jwt", (string?)report.Token.Header!["typ"]);
        Assert.Equal(SystemSettings.ReadScope, report.Token.Scope);
        Assert.NotEmpty(report.Orders!);
        Assert.DoesNotContain(System.OrdersApi.Logs.Lines, line => line.Contains("is loosened", StringComparison.Ordinal));
    }

    /// <summary>That the token above was worth something: the same key, and one thing wrong.</summary>
    [Fact]
    public async Task An_assertion_works_there_once()
    {
        var assertion = Maker.Make();

        Assert.Equal(200, (await PostAsync(assertion)).Status);
        var again = await PostAsync(assertion);

        Assert.Equal((401, "invalid_client"), (again.Status, again.Error));
        const string why = "client assertion tokens must only be used once";
        await WaitFor.StateAsync(why, () => Server.Output.Contains(why, StringComparison.Ordinal) ? Server : null);
    }

    [Theory]
    [InlineData("expired", "jwt expired")]
    [InlineData("for the token endpoint", "must equal the issuer identifier url")]
    [InlineData("for another server", "must equal the endpoint url, issuer identifier or token endpoint url")]
    [InlineData("of another client", "iss (JWT issuer) must be the client_id")]
    [InlineData("without jti", "unique jti (JWT ID) must be provided")]
    public async Task An_assertion_with_one_claim_wrong_is_refused_there(string fault, string why)
    {
        var answer = await PostAsync(Maker.Make(claims: claims => Break(claims, fault)));

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        await WaitFor.StateAsync(why, () => Server.Output.Contains(why, StringComparison.Ordinal) ? Server : null);
    }

    /// <summary>RFC 8707: it is the client's setting Resource that gets it a token for the API.</summary>
    [Fact]
    public async Task Without_a_resource_the_token_is_none_for_the_API()
    {
        var token = await PostAsync(Maker.Make(), ("resource", null));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.AccessToken);
        using var response = await System.OrdersApi.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(200, token.Status);
        Assert.Equal(401, (int)response.StatusCode);
    }

    private void Break(JsonObject claims, string fault)
    {
        switch (fault)
        {
            case "expired":
                claims["exp"] = claims["iat"]!.GetValue<long>() - 60;
                break;
            case "for the token endpoint":
                claims["aud"] = $"{Server.Issuer}/token";
                break;
            case "for another server":
                claims["aud"] = "https://another-server.example";
                break;
            case "of another client":
                claims["iss"] = "another-client";
                break;
            default:
                Assert.True(claims.Remove("jti"));
                break;
        }
    }

    private async Task<TokenAnswer> PostAsync(string assertion, params (string Name, string? Value)[] changes)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Server.Issuer) };
        return await TokenEndpointFixture.PostAsync(http, assertion, [("resource", System.OrdersAddress.Address), .. changes]);
    }

    public sealed class Running : IAsyncLifetime
    {
        internal OtherIssuersSystem System { get; } = new();

        internal IndependentServer? Server { get; private set; }

        public async ValueTask InitializeAsync()
        {
            if (!NodeScripts.AreReady)
            {
                return;
            }

            Server = await IndependentServer.StartAsync(
                SystemSettings.PartnerClientId, System.JwksUri, System.OrdersAddress.Address, SystemSettings.ReadScope);
            await System.StartAsync(
                Server.Issuer,
                ordersSettings: new Dictionary<string, string>(),
                clientSettings: new Dictionary<string, string> { ["PartnerClient:Resource"] = System.OrdersAddress.Address });

            // That server keeps the key set it has read for minutes, so it must not read it before the key is in it.
            await System.FirstReportAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await System.DisposeAsync();
            if (Server is not null)
            {
                await Server.DisposeAsync();
            }
        }
    }
}
