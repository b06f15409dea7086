using System.Text.Json.Nodes;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

public sealed class ApiDescriptionTests : RegistryTests
{
    [Fact]
    public async Task The_document_asks_for_the_enrolment_token_where_a_key_is_submitted_and_nowhere_else()
    {
        var document = JsonNode.Parse(await Registry.Service.Client.GetStringAsync("/openapi/v1.json", Cancellation))!;

        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]!["enrolmentToken"]!["scheme"]);
        Assert.NotNull(document["paths"]!["/partners/{clientId}/keys"]!["post"]!["security"]![0]!["enrolmentToken"]);
        Assert.Null(document["paths"]!["/partners/{clientId}/.well-known/jwks"]!["get"]!["security"]);
        Assert.Null(document["security"]);
    }

    [Fact]
    public async Task The_page_loads_nothing_from_other_hosts()
    {
        using var response = await Registry.Service.Client.GetAsync("/scalar/", Cancellation);
        var page = await response.Content.ReadAsStringAsync(Cancellation);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));

        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; script-src 'self' 'nonce-", policy, StringComparison.Ordinal);
        Assert.Contains($"nonce=\"{policy.Split("'nonce-")[1].Split('\'')[0]}\"", page, StringComparison.Ordinal);
        using var script = await Registry.Service.Client.GetAsync("/scalar/scalar.js", Cancellation);
        Assert.True(script.IsSuccessStatusCode);
    }
}
