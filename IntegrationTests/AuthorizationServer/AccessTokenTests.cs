using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>The access token, the keys that sign it and the metadata that leads to them.</summary>
public sealed class AccessTokenTests
{
    private const string ForOpenIdReaders = ""","subject_types_supported":["public"],"id_token_signing_alg_values_supported":[]""";

    private static readonly string[] MetadataPaths = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

    [Theory]
    [Trait("Rule", "AT-01")]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task The_token_is_an_RFC_9068_JWT_signed_with_a_published_key(string algorithm)
    {
        await using var fixture = await TokenEndpointFixture.StartAsync(("AuthorizationServer:SigningAlgorithm", algorithm));
        var answer = await fixture.SendAsync(fixture.MakerA.Make());
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal("at+jwt", answer.AccessTokenHeader.GetProperty("typ").GetString());
        Assert.Equal(algorithm, answer.AccessTokenHeader.GetProperty("alg").GetString());
        var claims = answer.AccessTokenClaims;
        Assert.Equal(fixture.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal(TokenEndpointFixture.ClientA, claims.GetProperty("sub").GetString());
        Assert.Equal(TokenEndpointFixture.ClientA, claims.GetProperty("client_id").GetString());
        Assert.Equal(TokenEndpointFixture.Audience, claims.GetProperty("aud").GetString());
        Assert.Equal("read", claims.GetProperty("scope").GetString());
        Assert.Equal(now, claims.GetProperty("iat").GetInt64());
        Assert.NotEmpty(claims.GetProperty("jti").GetString()!);
        Assert.DoesNotContain(claims.EnumerateObject(), claim => claim.Name.StartsWith("oi_", StringComparison.Ordinal));
        var published = await JwksAsync(fixture.Server);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(answer.AccessToken, new TokenValidationParameters
        {
            ValidIssuer = fixture.Issuer,
            ValidAudience = TokenEndpointFixture.Audience,
            IssuerSigningKeys = new JsonWebKeySet(published.GetRawText()).Keys,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Contains(
            published.GetProperty("keys").EnumerateArray(),
            key => key.GetProperty("kid").GetString() == answer.AccessTokenHeader.GetProperty("kid").GetString());
    }

    [Fact]
    [Trait("Rule", "AT-02")]
    public async Task The_token_lives_5_minutes_and_comes_without_a_refresh_token()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var answer = await fixture.SendAsync(fixture.MakerA.Make());

        var claims = answer.AccessTokenClaims;
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal("Bearer", answer.Text("token_type"));
        Assert.InRange(answer.Body.GetProperty("expires_in").GetInt32(), 299, 300);
        Assert.False(answer.Body.TryGetProperty("refresh_token", out _));
    }

    [Fact]
    [Trait("Rule", "AT-03")]
    public async Task The_token_tells_how_the_client_authenticated()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var answer = await fixture.SendAsync(fixture.MakerA.Make());

        Assert.Equal("private_key_jwt", answer.AccessTokenClaims.GetProperty("client_auth_method").GetString());
    }

    [Theory]
    [Trait("Rule", "AT-02")]
    [InlineData("00:01:00", 60)]
    [InlineData("00:10:00", 600)]
    public async Task The_lifetime_is_a_setting_of_1_to_10_minutes(string setting, int seconds)
    {
        await using var fixture = await TokenEndpointFixture.StartAsync(("AuthorizationServer:AccessTokenLifetime", setting));
        var answer = await fixture.SendAsync(fixture.MakerA.Make());

        var claims = answer.AccessTokenClaims;
        Assert.Equal(seconds, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
    }

    [Fact]
    [Trait("Rule", "AT-02")]
    public async Task The_token_is_signed_and_not_encrypted_and_cannot_be_refreshed()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var answer = await fixture.SendAsync(fixture.MakerA.Make());
        var refreshed = await fixture.SendAsync(fixture.MakerA.Make(), ("grant_type", "refresh_token"), ("refresh_token", answer.AccessToken));

        Assert.Equal(3, answer.AccessToken!.Split('.').Length);
        Assert.Equal(["alg", "kid", "typ"], answer.AccessTokenHeader.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal((400, "unsupported_grant_type"), (refreshed.Status, refreshed.Error));
    }

    [Fact]
    [Trait("Rule", "AT-04")]
    public async Task The_signing_key_survives_a_restart()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var before = await JwksAsync(fixture.Server);

        using var address = new ReservedAddress();
        await using var restarted = await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, fixture.DataDirectory, fixture.Settings(), fixture.Time);

        Assert.Equal(before.GetRawText(), (await JwksAsync(restarted)).GetRawText());
    }

    [Fact]
    [Trait("Rule", "AT-04")]
    public async Task The_keys_are_a_JWK_Set_without_private_members()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        using var response = await fixture.Server.Client.GetAsync(
            new Uri("/.well-known/jwks", UriKind.Relative), TestContext.Current.CancellationToken);
        var key = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("keys")[0];

        Assert.Equal("application/jwk-set+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(member => member.Name).Order());
    }

    [Fact]
    [Trait("Rule", "AT-05")]
    public async Task The_metadata_says_what_the_server_does_and_no_more_and_has_what_readers_require()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        foreach (var path in MetadataPaths)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "attacker.example" } };
            using var response = await fixture.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var metadata = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

            var expected = JsonNode.Parse(
                $$"""
                {"issuer":"{{fixture.Issuer}}",
                "token_endpoint":"{{fixture.Issuer}}/token",
                "jwks_uri":"{{fixture.Issuer}}/.well-known/jwks",
                "grant_types_supported":["client_credentials"],
                "scopes_supported":["read","keys","partners:manage"],
                "token_endpoint_auth_methods_supported":["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported":["PS256","ES256"],
                "response_types_supported":[]{{(path.EndsWith("openid-configuration", StringComparison.Ordinal) ? ForOpenIdReaders : "")}}}
                """);
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(metadata.GetRawText())), metadata.GetRawText());
        }
    }

    /// <summary>Issue 14, row 21 (RFC 9110 §9.3.2): HEAD is GET without the body.</summary>
    [Theory]
    [Trait("Rule", "AT-05")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks")]
    [InlineData("/health")]
    public async Task HEAD_is_answered_as_GET_without_the_body(string path)
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await fixture.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var get = await fixture.Server.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((get.StatusCode, get.Headers.CacheControl?.ToString()), (head.StatusCode, head.Headers.CacheControl?.ToString()));
        Assert.Equal(get.Content.Headers.ContentType?.ToString(), head.Content.Headers.ContentType?.ToString());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("AuthorizationServer:Issuer", "http://localhost:5001/")]
    [InlineData("AuthorizationServer:Issuer", "localhost")]
    [InlineData("AuthorizationServer:AccessTokenLifetime", "00:10:01")]
    [InlineData("AuthorizationServer:AccessTokenLifetime", "00:00:59")]
    [InlineData("AuthorizationServer:SigningAlgorithm", "RS256")]
    [InlineData("AuthorizationServer:ClientAssertion:MaxLifetime", "00:10:00")]
    [InlineData("AuthorizationServer:ClientAssertion:ClockSkew", "00:01:01")]
    [InlineData("AuthorizationServer:Clients:0:JwksUri", "ftp://keys.example")]
    [InlineData("AuthorizationServer:Apis:0:Audience", "")]
    [InlineData("AuthorizationServer:Clients:0:AllowedAlgorithms:0", "RS256")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string value)
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        using var address = new ReservedAddress();
        using var directory = new TemporaryDirectory();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, directory.Path, fixture.Settings((setting, value))));

        Assert.Contains(failure.Failures, message => message.Contains(setting.Replace(":0", "", StringComparison.Ordinal).Split(':')[^1], StringComparison.Ordinal));
    }

    private static Task<JsonElement> JwksAsync(RunningService server) =>
        server.Client.GetFromJsonAsync<JsonElement>(new Uri("/.well-known/jwks", UriKind.Relative));
}
