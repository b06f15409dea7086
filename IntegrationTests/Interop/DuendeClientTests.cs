using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.ServiceDefaults;

using Duende.IdentityModel;
using Duende.IdentityModel.Client;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>
/// Our three services with a partner on .NET that has nothing of ours: Duende.IdentityModel for its requests, JsonWebTokens for its JWTs.
/// </summary>
public sealed class DuendeClientTests : IAsyncLifetime
{
    private readonly DuendePartner _partner = new(SystemSettings.PartnerClientId);
    private PartnersView _view = null!;
    private DiscoveryDocumentResponse _discovery = null!;

    private string Issuer => _view.AuthorizationServer.Address;

    public async ValueTask InitializeAsync()
    {
        _view = await PartnersView.StartAsync();
        Assert.Equal(HttpStatusCode.Created, await _partner.EnrolAsync(_view.JwksService.Address, PartnersView.EnrolmentToken));
        _discovery = await _partner.DiscoverAsync(Issuer);
        Assert.False(_discovery.IsError, _discovery.Error);
    }

    [Fact]
    [Trait("Rule", "AT-01")]
    [Trait("Rule", "AT-05")]
    [Trait("Rule", "KR-04")]
    public async Task Duende_IdentityModel_finds_the_server_gets_a_token_and_reads_the_orders()
    {
        Assert.Equal(Issuer, _discovery.Issuer);
        Assert.Equal([OidcConstants.EndpointAuthenticationMethods.PrivateKeyJwt], _discovery.TokenEndpointAuthenticationMethodsSupported);

        var token = await RequestTokenAsync(_partner.CreateAssertion(Issuer));

        Assert.False(token.IsError, token.Error);
        Assert.Equal(OidcConstants.TokenResponse.BearerTokenType, token.TokenType);
        Assert.InRange(token.ExpiresIn, 299, 300);

        // By the keys that came with the discovery.
        var checkedToken = await new JsonWebTokenHandler().ValidateTokenAsync(token.AccessToken, new TokenValidationParameters
        {
            ValidIssuer = _discovery.Issuer,
            ValidAudience = _view.OrdersApi.Address,
            ValidTypes = [JwtClaimTypes.JwtTypes.AccessToken],
            IssuerSigningKeys = new JsonWebKeySet(_discovery.KeySet!.RawData).GetSigningKeys(),
        });
        Assert.True(checkedToken.IsValid, checkedToken.Exception?.Message);
        Assert.Equal(SystemSettings.PartnerClientId, checkedToken.Claims[JwtClaimTypes.ClientId]);
        Assert.Equal(SystemSettings.ReadScope, checkedToken.Claims[JwtClaimTypes.Scope]);
        Assert.NotEmpty(await _partner.ReadOrdersAsync(_view.OrdersApi.Address, token.AccessToken!));
    }

    [Fact]
    [Trait("Rule", "AS-10")]
    public async Task A_replayed_assertion_is_seen_as_a_401_with_the_code_in_the_body()
    {
        var assertion = _partner.CreateAssertion(Issuer);
        Assert.False((await RequestTokenAsync(assertion)).IsError);

        AssertInvalidClient(await RequestTokenAsync(assertion), "assertion_replayed");
    }

    [Fact]
    [Trait("Rule", "AS-07")]
    public async Task The_token_endpoint_as_audience_is_seen_as_a_401_with_the_code_in_the_body() =>
        AssertInvalidClient(await RequestTokenAsync(_partner.CreateAssertion(_discovery.TokenEndpoint!)), "assertion_audience_wrong");

    [Fact]
    [Trait("Rule", "AS-12")]
    public async Task A_scope_that_was_not_granted_is_seen_as_the_error_of_a_400()
    {
        var refused = await RequestTokenAsync(_partner.CreateAssertion(Issuer), SystemSettings.PartnersManageScope);

        Assert.Equal((ResponseErrorType.Protocol, HttpStatusCode.BadRequest), (refused.ErrorType, refused.HttpStatusCode));
        Assert.Equal(OidcConstants.TokenErrors.InvalidScope, refused.Error);
        Assert.Null(refused.AccessToken);
    }

    public async ValueTask DisposeAsync()
    {
        _partner.Dispose();
        await _view.DisposeAsync();
    }

    private Task<TokenResponse> RequestTokenAsync(string assertion, string scope = SystemSettings.ReadScope) =>
        _partner.RequestTokenAsync(_discovery.TokenEndpoint!, assertion, scope);

    private void AssertInvalidClient(TokenResponse refused, string loggedCode)
    {
        Assert.True(refused.IsError);
        Assert.Equal((ResponseErrorType.Http, HttpStatusCode.Unauthorized), (refused.ErrorType, refused.HttpStatusCode));

        // RFC 6749 §5.2 has the code in the body; Error is the reason phrase of every error status but 400.
        Assert.Equal("Unauthorized", refused.Error);
        Assert.Equal(OidcConstants.TokenErrors.InvalidClient, refused.TryGet(OidcConstants.TokenResponse.Error));
        Assert.Null(refused.AccessToken);
        var traceId = refused.TryGet("trace_id")!;
        Assert.Contains(
            _view.AuthorizationServer.Logs.Lines,
            line => line.Contains(loggedCode, StringComparison.Ordinal) && line.Contains(traceId, StringComparison.Ordinal));
    }
}

/// <summary>A partner's code as its own developers would write it.</summary>
internal sealed class DuendePartner : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly RsaSecurityKey _key;
    private readonly string _clientId;

    public DuendePartner(string clientId)
    {
        _clientId = clientId;
        _key = new RsaSecurityKey(_rsa);
        _key.KeyId = Base64UrlEncoder.Encode(_key.ComputeJwkThumbprint());
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task<HttpStatusCode> EnrolAsync(string registry, string enrolmentToken)
    {
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(includePrivateParameters: false)));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{registry}/partners/{_clientId}/keys");
        request.Content = JsonContent.Create(new { key = new { kty = jwk.Kty, n = jwk.N, e = jwk.E }, proof = CreateJwt("key-proof+jwt", registry) });
        request.SetBearerToken(enrolmentToken);
        using var response = await _http.SendAsync(request, Cancelled);
        return response.StatusCode;
    }

    public Task<DiscoveryDocumentResponse> DiscoverAsync(string issuer) => _http.GetDiscoveryDocumentAsync(issuer, Cancelled);

    public string CreateAssertion(string audience) => CreateJwt(JwtClaimTypes.JwtTypes.ClientAuthentication, audience);

    public async Task<TokenResponse> RequestTokenAsync(string endpoint, string assertion, string scope)
    {
        using var request = new ClientCredentialsTokenRequest
        {
            Address = endpoint,
            ClientId = _clientId,
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            ClientAssertion = new ClientAssertion { Type = OidcConstants.ClientAssertionTypes.JwtBearer, Value = assertion },
            Scope = scope,
        };
        return await _http.RequestClientCredentialsTokenAsync(request, Cancelled);
    }

    public async Task<JsonArray> ReadOrdersAsync(string ordersApi, string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{ordersApi}/orders");
        request.SetBearerToken(accessToken);
        using var response = await _http.SendAsync(request, Cancelled);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["orders"]!.AsArray();
    }

    public void Dispose()
    {
        _http.Dispose();
        _rsa.Dispose();
    }

    private string CreateJwt(string type, string audience) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        TokenType = type,
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSsaPssSha256),
        Issuer = _clientId,
        Audience = audience,
        Expires = (TimeProvider.System.GetUtcNow() + Lifetime).UtcDateTime,
        Claims = new Dictionary<string, object>
        {
            [JwtClaimTypes.Subject] = _clientId,
            [JwtClaimTypes.JwtId] = Guid.NewGuid().ToString(),
        },
    });
}
