using B2BAssertions.IntegrationTests.AccessTokens;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.AccessTokens.Http;
using B2BAssertions.PartnerClient.AccessTokens.Issuer;
using B2BAssertions.PartnerClient.AccessTokens.Settings;
using B2BAssertions.PartnerClient.AccessTokens.Token;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

[Trait("Rule", "AT-05")]
public class IssuerMetadataTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/other")]
    public async Task Metadata_of_another_issuer_is_refused_to_the_letter(string suffix)
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsGet
            ? Results.Json(new { issuer = client.Issuer.Address + suffix, token_endpoint = client.Issuer.TokenEndpoint })
            : null;

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("issuer_mismatch", report.Failure!.Code);
        Assert.True(report.Failure.IsPermanent);
        Assert.Empty(client.Issuer.TokenRequests);
    }

    [Fact]
    public async Task A_server_with_OpenID_Connect_metadata_only_works()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.Path switch
        {
            StubAuthorizationServer.MetadataPath => Results.NotFound(),
            "/.well-known/openid-configuration" => Results.Json(client.Issuer.Metadata),
            _ => null,
        };

        Assert.Null((await client.RunFirstFlowAsync()).Failure);
    }

    [Fact]
    public async Task The_path_of_an_issuer_follows_the_well_known_part()
    {
        await using var client = new ClientUnderTest();
        var issuer = $"{client.Issuer.Address}/tenant/one";
        client.Settings["PartnerClient:Issuer"] = issuer;
        client.Issuer.ExpectedAudience = issuer;
        client.Issuer.Instead = request => request.Path == $"{StubAuthorizationServer.MetadataPath}/tenant/one"
            ? Results.Json(new { issuer, token_endpoint = client.Issuer.TokenEndpoint })
            : null;

        Assert.Null((await client.RunFirstFlowAsync()).Failure);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"issuer":1,"token_endpoint":2}""")]
    [InlineData("<html></html>")]
    public async Task An_answer_that_is_no_metadata_is_a_failure(string body)
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsGet ? Results.Text(body, "application/json") : null;

        Assert.Equal("metadata_unreadable", (await client.RunFirstFlowAsync()).Failure!.Code);
    }

    [Fact]
    public async Task Metadata_is_kept_while_token_requests_succeed_and_dropped_when_one_fails()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.TokenLifetime = TimeSpan.FromSeconds(5);
        await client.RunFirstFlowAsync();
        await client.UntilAsync(report => report.Number == 3);
        Assert.Equal(3, client.Issuer.TokenRequests.Count);
        Assert.Equal(1, MetadataRequests(client));

        client.Issuer.Instead = request => request.IsPost ? Results.Json(new { error = "invalid_request" }, statusCode: 400) : null;
        await client.NextFlowAsync();
        client.Issuer.Instead = null;
        await client.UntilAsync(report => report.Failure is null);

        Assert.Equal(2, MetadataRequests(client));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/token")]
    [InlineData("/token")]
    [InlineData("https://127.0.0.1/token#fragment")]
    [InlineData("ftp://127.0.0.1/token")]
    public async Task A_token_endpoint_that_is_no_absolute_https_address_is_refused(string endpoint)
    {
        await using var system = new TokenSystem();
        system.Issuer.Instead = _ => Results.Json(new { issuer = system.Issuer.Address, token_endpoint = endpoint });
        await system.StartAsync();

        // Built by hand: options with an issuer on plain http would not pass without AllowHttp.
        var httpsOnly = Options.Create(new AccessTokenOptions { Issuer = system.Issuer.Address });
        var names = new SettingNames("");
        var metadata = new IssuerMetadataClient(
            system.Services.GetRequiredService<Exchange>(), new TokenFailures(httpsOnly, names), httpsOnly, names);

        var outcome = await metadata.GetAsync(TestContext.Current.CancellationToken, TestContext.Current.CancellationToken);

        Assert.Equal("token_endpoint_insecure", outcome.Failure?.Code);
    }

    private static int MetadataRequests(ClientUnderTest client) => client.Issuer.Requests.Count(request => request.IsGet);
}
