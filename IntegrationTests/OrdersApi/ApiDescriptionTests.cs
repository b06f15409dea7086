using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

public sealed class ApiDescriptionTests(OrdersSystem system) : IClassFixture<OrdersSystem>
{
    [Fact]
    public async Task The_document_describes_every_operation_and_asks_for_a_token()
    {
        var document = (await system.GetAsync("/openapi/v1.json", token: null)).Body!;

        Assert.Equal(
            ["/orders get", "/orders post", "/orders/{id} get", "/orders/{id}/cancel post"],
            document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{path.Key} {operation.Key}")));
        Assert.Equal(["200", "304", "400", "401", "403", "404", "429", "503"], StatusesOf(document, "/orders/{id}", "get"));
        Assert.Equal(["201", "400", "401", "403", "413", "415", "422", "429", "503"], StatusesOf(document, "/orders", "post"));
        Assert.Equal(["200", "400", "401", "403", "404", "409", "412", "429", "503"], StatusesOf(document, "/orders/{id}/cancel", "post"));
        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]!["accessToken"]!["scheme"]);
        Assert.NotNull(document["security"]![0]!["accessToken"]);
        Assert.Equal("number", (string?)document["components"]!["schemas"]!["Order"]!["properties"]!["total"]!["type"]);
        Assert.NotNull(document["components"]!["schemas"]!["ProblemDetails"]!["properties"]!["code"]);
        Assert.Equal(
            ["NewOrder", "NewOrderLine"],
            document["components"]!["schemas"]!.AsObject()
                .Where(schema => schema.Value!["additionalProperties"] is JsonValue allowed && !(bool)allowed).Select(schema => schema.Key).Order());
    }

    private static IEnumerable<string> StatusesOf(JsonNode document, string path, string method) =>
        document["paths"]![path]![method]!["responses"]!.AsObject().Select(response => response.Key);

    [Fact]
    public async Task The_document_is_the_one_that_was_reviewed() => await Snapshot.AssertMatchesAsync(
        "IntegrationTests/OrdersApi/openapi.json",
        await system.Api.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));

    [Fact]
    public async Task The_page_loads_nothing_from_other_hosts()
    {
        using var response = await system.Api.Client.GetAsync("/scalar/", TestContext.Current.CancellationToken);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));

        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; script-src 'self' 'nonce-", policy, StringComparison.Ordinal);
        using var script = await system.Api.Client.GetAsync("/scalar/scalar.js", TestContext.Current.CancellationToken);
        Assert.True(script.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Where_it_is_not_served_there_is_nothing_at_its_addresses()
    {
        await using var silent = await OrdersSystem.StartAsync(new() { [SettingNames.ServeApiDescription] = "false" });

        foreach (var path in new[] { "/openapi/v1.json", "/scalar", "/scalar/", "/scalar/scalar.js" })
        {
            var answer = await silent.GetAsync(path, token: null);
            Assert.Equal((404, "not_found"), (answer.Status, answer.Code));
        }
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_needs_no_token(string path) => Assert.Equal(200, (await system.GetAsync(path, token: null)).Status);

    [Fact]
    public async Task A_path_that_leads_nowhere_is_not_found() => Assert.Equal(404, (await system.GetAsync("/", token: null)).Status);
}
