using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary>The authorization server: takes assertions of one key and gives one access token for them.</summary>
internal sealed class StubIssuer(TimeProvider time, PublicJwk client) : StubServer(time)
{
    public const string MetadataPath = "/.well-known/oauth-authorization-server";
    public const string TokenPath = "/connect/token";
    public const string AccessToken = "access-token-of-the-tests-0123456789";

    public IReadOnlyList<Dictionary<string, StringValues>> TokenRequests =>
        [.. Requests.Where(request => request.Path == TokenPath).Select(request => new FormReader(request.Body).ReadForm())];

    public JsonWebToken Assertion => new(TokenRequests[^1]["client_assertion"].ToString());

    protected override Task<IResult> AnswerAsync(StubRequest request) => Task.FromResult(request switch
    {
        { IsGet: true, Path: MetadataPath } => Results.Json(new { issuer = Address, token_endpoint = Address + TokenPath }),
        { IsPost: true, Path: TokenPath } when IsSound(new FormReader(request.Body).ReadForm()) =>
            Results.Json(new { access_token = AccessToken, token_type = "Bearer", expires_in = 300 }),
        { IsPost: true, Path: TokenPath } => Results.Json(new { error = "invalid_client" }, statusCode: 401),
        _ => Results.NotFound(),
    });

    private static bool IsSound(PublicJwk client, string assertion, string clientId) =>
        JwsSignature.IsValid(assertion, client) && new JsonWebToken(assertion).Subject == clientId;

    private bool IsSound(Dictionary<string, StringValues> form) =>
        IsSound(client, form["client_assertion"].ToString(), form["client_id"].ToString());
}
