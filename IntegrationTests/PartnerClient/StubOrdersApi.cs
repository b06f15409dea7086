using Microsoft.AspNetCore.Http;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>The orders API: two pages for who shows a token of the authorization server's.</summary>
internal sealed class StubOrdersApi(TimeProvider time, StubAuthorizationServer issuer) : StubServer(time)
{
    public const string OrdersPath = "/orders";

    public string SecondPage { get; set; } = $"{OrdersPath}?limit=100&after=ord-1001";

    protected override Task<IResult> AnswerAsync(StubRequest request)
    {
        if (!issuer.Tokens.Any(token => request.Authorization == $"Bearer {token}"))
        {
            return Task.FromResult(StubServers.Problem(401, "invalid_token"));
        }

        return Task.FromResult(request switch
        {
            { IsGet: true, PathAndQuery: $"{OrdersPath}?limit=100" } => Page("ord-1001", SecondPage),
            { IsGet: true, Path: OrdersPath } => Page("ord-1002", next: null),
            _ => Results.NotFound(),
        });
    }

    private static IResult Page(string id, string? next) => Results.Json(new
    {
        orders = new[]
        {
            new
            {
                id,
                placedAt = "2026-01-02T03:04:05Z",
                status = "shipped",
                currency = "EUR",
                total = 12.50m,
                lines = new[] { new { product = "bolt", quantity = 2 } },
            },
        },
        next,
    });
}
