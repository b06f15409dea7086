using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

public class ClientAssertionTests
{
    [Fact]
    [Trait("Rule", "PC-02")]
    public async Task Times_are_in_seconds_and_the_assertion_lives_for_60_of_them()
    {
        await using var client = new ClientUnderTest();

        await client.RunFirstFlowAsync();

        var assertion = Assert.Single(client.Issuer.Assertions);
        var now = client.Time.Start.ToUnixTimeSeconds();
        Assert.Equal(now, assertion.GetPayloadValue<long>("iat"));
        Assert.Equal(now + 60, assertion.GetPayloadValue<long>("exp"));
        Assert.False(assertion.TryGetPayloadValue<long>("nbf", out _));
    }

    [Fact]
    [Trait("Rule", "PC-02")]
    public async Task The_lifetime_is_an_option()
    {
        await using var client = new ClientUnderTest();
        client.Settings["PartnerClient:AssertionLifetime"] = "00:00:10";

        await client.RunFirstFlowAsync();

        var assertion = Assert.Single(client.Issuer.Assertions);
        Assert.Equal(10, assertion.GetPayloadValue<long>("exp") - assertion.GetPayloadValue<long>("iat"));
    }

    [Fact]
    [Trait("Rule", "PC-02")]
    public async Task The_audience_is_the_issuer_as_its_metadata_states_it()
    {
        await using var client = new ClientUnderTest();

        await client.RunFirstFlowAsync();

        Assert.Equal(client.Issuer.Address, Assert.Single(client.Issuer.Assertions).GetPayloadValue<string>("aud"));
    }

    [Fact]
    [Trait("Rule", "PC-02")]
    public async Task The_audience_is_the_token_endpoint_by_option()
    {
        await using var client = new ClientUnderTest();
        client.Settings["PartnerClient:AssertionAudience"] = "TokenEndpoint";
        client.Issuer.ExpectedAudience = client.Issuer.TokenEndpoint;

        var report = await client.RunFirstFlowAsync();

        Assert.Null(report.Failure);
        Assert.Single(client.Issuer.Assertions);
    }

    [Fact]
    [Trait("Rule", "PC-01")]
    public async Task An_attempt_after_a_5xx_has_an_assertion_of_its_own()
    {
        await using var client = new ClientUnderTest();
        var attempts = 0;
        client.Issuer.Instead = request => request.IsPost && Interlocked.Increment(ref attempts) == 1 ? Results.StatusCode(503) : null;

        var first = await client.RunFirstFlowAsync();
        Assert.Equal("server_unavailable", first.Failure!.Code);
        var second = await client.NextFlowAsync();

        Assert.Null(second.Failure);
        Assert.Equal(2, client.Issuer.TokenRequests.Count);
        Assert.Equal(2, DistinctJtis(client));
    }

    [Fact]
    [Trait("Rule", "PC-01")]
    public async Task Every_token_request_of_a_long_outage_has_an_assertion_of_its_own()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.StatusCode(500) : null;
        await client.RunFirstFlowAsync();

        await client.UntilAsync(report => report.Number == 5);

        Assert.Equal(5, client.Issuer.TokenRequests.Count);
        Assert.Equal(5, DistinctJtis(client));
    }

    [Fact]
    public async Task The_request_authenticates_by_the_assertion_in_the_body_alone()
    {
        await using var client = new ClientUnderTest();

        await client.RunFirstFlowAsync();

        var request = Assert.Single(client.Issuer.TokenRequests);
        var form = StubAuthorizationServer.Form(request);
        Assert.Null(request.Authorization);
        Assert.Equal(
            ["client_assertion", "client_assertion_type", "client_id", "grant_type", "scope"],
            form.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("read", form["scope"]);
    }

    [Fact]
    public async Task The_header_names_algorithm_key_and_type_and_nothing_else()
    {
        await using var client = new ClientUnderTest();

        var report = await client.RunFirstFlowAsync();

        var header = report.Assertion!.Header;
        Assert.Equal(["alg", "kid", "typ"], header.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal("PS256", (string?)header["alg"]);
        Assert.Equal(report.Key!.Kid, (string?)header["kid"]);
        Assert.Equal("client-authentication+jwt", (string?)header["typ"]);
        Assert.Equal(
            ["aud", "exp", "iat", "iss", "jti", "sub"],
            report.Assertion.Claims.Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    private static int DistinctJtis(ClientUnderTest client) => client.Issuer.TokenRequests
        .Select(request => new JsonWebToken(StubAuthorizationServer.Form(request)["client_assertion"].ToString()).Id)
        .Distinct()
        .Count();
}
