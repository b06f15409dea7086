using System.Security.Cryptography;

using B2BAssertions.Jose;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>The authorization server: verifies each assertion with the enrolled keys, takes each once, and issues JWTs.</summary>
internal sealed class StubAuthorizationServer(TimeProvider time, StubRegistry registry) : StubServer(time)
{
    public const string MetadataPath = "/.well-known/oauth-authorization-server";
    public const string TokenPath = "/connect/token";

    private readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "server-key" };
    private readonly Lock _gate = new();
    private readonly List<JsonWebToken> _assertions = [];
    private readonly HashSet<string> _tokens = [];

    /// <summary>Every assertion that came and was sound.</summary>
    public IReadOnlyList<JsonWebToken> Assertions => Locked(() => _assertions.ToArray());

    public IReadOnlyCollection<string> Tokens => Locked(() => _tokens.ToArray());

    public IReadOnlyList<StubRequest> TokenRequests => [.. Requests.Where(request => request.Path == TokenPath)];

    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(5);

    public string ExpectedAudience { get; set; } = "";

    public string TokenType { get; set; } = "Bearer";

    public string Scope { get; set; } = "read";

    public string TokenEndpoint => Address + TokenPath;

    public object Metadata => new { issuer = Address, token_endpoint = TokenEndpoint };

    public IReadOnlyList<PublicJwk> PublishedKeys => registry.Keys;

    public void Publish(PublicJwk key) => registry.Publish(key);

    public static Dictionary<string, StringValues> Form(StubRequest request) => new FormReader(request.Body).ReadForm();

    protected override async Task<IResult> AnswerAsync(StubRequest request) => request switch
    {
        { IsGet: true, Path: MetadataPath } => Results.Json(Metadata),
        { IsPost: true, Path: TokenPath } => await IssueAsync(Form(request)),
        _ => Results.NotFound(),
    };

    private async Task<IResult> IssueAsync(Dictionary<string, StringValues> form)
    {
        var audience = ExpectedAudience.Length > 0 ? ExpectedAudience : Address;
        var assertion = await VerifyAsync(form["client_assertion"].ToString(), audience);
        if (form["grant_type"] != "client_credentials"
            || form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            || form["client_id"] != StubServers.ClientId
            || assertion is null)
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        }

        var token = CreateToken();
        lock (_gate)
        {
            _assertions.Add(assertion);
            _tokens.Add(token);
            return _assertions.DistinctBy(sent => sent.Id).Count() == _assertions.Count
                ? Results.Json(new
                {
                    access_token = token,
                    token_type = TokenType,
                    expires_in = (int)TokenLifetime.TotalSeconds,
                    scope = Scope,
                })
                : Results.Json(new { error = "invalid_client" }, statusCode: 401);
        }
    }

    private async Task<JsonWebToken?> VerifyAsync(string assertion, string audience)
    {
        foreach (var key in registry.Keys)
        {
            if (await StubServers.VerifyAsync(assertion, "client-authentication+jwt", audience, key) is { } sound)
            {
                return sound;
            }
        }

        return null;
    }

    private string CreateToken() => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        TokenType = "at+jwt",
        Issuer = Address,
        SigningCredentials = new SigningCredentials(_key, "ES256"),
        Claims = new Dictionary<string, object> { ["jti"] = Guid.NewGuid().ToString(), ["client_id"] = StubServers.ClientId },
    });

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
