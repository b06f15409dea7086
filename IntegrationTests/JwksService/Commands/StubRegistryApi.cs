using B2BAssertions.IntegrationTests.PartnerClientTests;

using Microsoft.AspNetCore.Http;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary>The registry as far as the command line sees it: its metadata, and one answer to whatever is asked with the right token.</summary>
internal sealed class StubRegistryApi(TimeProvider time, StubIssuer issuer) : StubServer(time)
{
    public const string MetadataPath = "/.well-known/oauth-protected-resource";

    /// <summary>The bearer token that the API wants.</summary>
    public string Token { get; set; } = StubIssuer.AccessToken;

    /// <summary>What the API answers, as JSON.</summary>
    public string Answer { get; set; } = "{}";

    public object Metadata => new { resource = Address, authorization_servers = new[] { issuer.Address } };

    /// <summary>What was asked of the API, the metadata aside.</summary>
    public IReadOnlyList<StubRequest> ApiRequests => [.. Requests.Where(request => request.Path != MetadataPath)];

    protected override Task<IResult> AnswerAsync(StubRequest request) => Task.FromResult(request switch
    {
        { IsGet: true, Path: MetadataPath } => Results.Json(Metadata),
        _ when request.Authorization != $"Bearer {Token}" => StubServers.Problem(401, "token_invalid"),
        _ => Results.Text(Answer, "application/json"),
    });
}
