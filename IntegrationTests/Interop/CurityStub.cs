using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>
/// Plays the Curity Identity Server as its tutorial on JWT assertions and its documentation describe it: addresses, metadata, what it takes
/// for a sound token request, and how its access tokens look. Nothing here was compared with the product itself.
/// </summary>
internal sealed class CurityStub(string jwksUri, string audience) : StubServer(TimeProvider.System)
{
    public const string TokenPath = "/oauth/v2/oauth-token";
    private const string AnonymousPath = "/oauth/v2/oauth-anonymous";
    private const string KeyId = "-1234567890";

    private readonly RSA _key = RSA.Create(2048);
    private readonly HttpClient _http = new();
    private readonly HashSet<string> _used = [];
    private readonly ConcurrentQueue<string> _refusals = new();

    public string Issuer => Address + AnonymousPath;

    public string TokenEndpoint => Address + TokenPath;

    /// <summary>Why each refused request was refused.</summary>
    public IReadOnlyCollection<string> Refusals => _refusals;

    protected override async Task<IResult> AnswerAsync(StubRequest request) => request switch
    {
        // Behind the path, unlike RFC 8414 §3.1.
        { IsGet: true, Path: $"{AnonymousPath}/.well-known/openid-configuration" } => Results.Json(new
        {
            issuer = Issuer,
            token_endpoint = TokenEndpoint,
            jwks_uri = $"{Issuer}/jwks",
        }),
        { IsGet: true, Path: $"{AnonymousPath}/jwks" } => Results.Json(new { keys = new[] { PublicKey() } }),
        { IsPost: true, Path: TokenPath } => await AnswerAsync(new FormReader(request.Body).ReadForm()),
        _ => Results.NotFound(),
    };

    private async Task<IResult> AnswerAsync(Dictionary<string, StringValues> form)
    {
        if (await FindFaultAsync(form) is not { } fault)
        {
            return Results.Json(new { access_token = CreateToken(), scope = "read", token_type = "bearer", expires_in = 300 });
        }

        _refusals.Enqueue(fault);
        return Results.Json(new { error = "invalid_client", error_description = "Client authentication failed" }, statusCode: 401);
    }

    private async Task<string?> FindFaultAsync(Dictionary<string, StringValues> form)
    {
        if (!CurityTokenRequest.TryRead(form, out var assertion, out var fault))
        {
            return fault;
        }

        var set = await _http.GetStringAsync(jwksUri);
        if (!JwkSet.TryParse(set, out var keys, out _)
            || keys.Keys.FirstOrDefault(key => key.KeyId == assertion.Header["kid"]?.GetValue<string>()) is not { } key)
        {
            return "kid";
        }

        return assertion.FindFault(TokenEndpoint, key) ?? (_used.Add(assertion.Claims["jti"]!.GetValue<string>()) ? null : "jti used");
    }

    private Dictionary<string, string> PublicKey()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA",
            ["kid"] = KeyId,
            ["use"] = "sig",
            ["alg"] = "PS256",
            ["n"] = Base64UrlEncoder.Encode(key.Modulus),
            ["e"] = Base64UrlEncoder.Encode(key.Exponent),
            ["x5t"] = "NCLkwy2e0jo1YvGIxzbAGZVPbVg",
        };
    }

    /// <summary>No typ and no client_id; a purpose; the audience as it is configured for the client.</summary>
    private string CreateToken()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = JsonSerializer.SerializeToUtf8Bytes(new { kid = KeyId, x5t = "NCLkwy2e0jo1YvGIxzbAGZVPbVg", alg = "PS256" });
        var claims = JsonSerializer.SerializeToUtf8Bytes(new
        {
            jti = $"P$${Guid.NewGuid()}",
            delegationId = Guid.NewGuid().ToString(),
            exp = now + 300,
            nbf = now,
            scope = "read",
            iss = Issuer,
            sub = SystemSettings.PartnerClientId,
            aud = audience,
            iat = now,
            purpose = "access_token",
        });
        var content = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        var signature = _key.SignData(System.Text.Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }
}
