using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>No database has a part in these answers, so one provider is enough.</summary>
public sealed class ApiDescriptionTests : IAsyncLifetime
{
    private const string AccessToken = "accessToken";
    private const string EnrolmentToken = "enrolmentToken";

    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete"];

    private Registry _registry = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _registry = await Registry.StartAsync(settings => settings[SettingNames.ServeApiDescription] = "true");

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task The_document_is_the_one_that_was_reviewed() => await Snapshot.AssertMatchesAsync(
        "IntegrationTests/JwksService/openapi.json",
        await _registry.Service.Client.GetStringAsync("/openapi/v1.json", Cancellation));

    [Fact]
    public async Task Every_operation_has_an_id_of_its_own_a_summary_and_a_description_of_every_answer()
    {
        var operations = await OperationsAsync();

        Assert.Equal(operations.Count, operations.Select(operation => (string)operation.Node["operationId"]!).Distinct().Count());
        Assert.All(operations, operation => Assert.False(string.IsNullOrWhiteSpace((string?)operation.Node["summary"])));
        Assert.All(operations, operation => Assert.All(
            operation.Node["responses"]!.AsObject(), answer => Assert.False(string.IsNullOrWhiteSpace((string?)answer.Value!["description"]))));
    }

    [Fact]
    [Trait("Rule", "KR-07")]
    public async Task The_document_asks_for_the_enrolment_token_where_a_key_is_submitted_and_nowhere_else()
    {
        var document = await DocumentAsync();
        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]![EnrolmentToken]!["scheme"]);
        Assert.Null(document["security"]);

        Assert.All(await OperationsAsync(), operation => Assert.Equal(
            operation switch
            {
                { Path: "/partners/{clientId}/keys", Method: "post" } => [AccessToken, EnrolmentToken],
                { Path: var path } when path.EndsWith("/.well-known/jwks", StringComparison.Ordinal) => [],
                _ => [AccessToken],
            },
            SchemesOf(operation.Node)));
    }

    [Fact]
    public async Task The_page_loads_nothing_from_other_hosts()
    {
        using var response = await _registry.Service.Client.GetAsync("/scalar/", Cancellation);
        var page = await response.Content.ReadAsStringAsync(Cancellation);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));

        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; script-src 'self' 'nonce-", policy, StringComparison.Ordinal);
        Assert.Contains($"nonce=\"{policy.Split("'nonce-")[1].Split('\'')[0]}\"", page, StringComparison.Ordinal);
        using var script = await _registry.Service.Client.GetAsync("/scalar/scalar.js", Cancellation);
        Assert.True(script.IsSuccessStatusCode);
    }

    private static string[] SchemesOf(JsonNode operation) =>
        [.. (operation["security"]?.AsArray() ?? []).SelectMany(requirement => requirement!.AsObject().Select(scheme => scheme.Key))];

    private async Task<JsonNode> DocumentAsync() =>
        JsonNode.Parse(await _registry.Service.Client.GetStringAsync("/openapi/v1.json", Cancellation))!;

    private async Task<List<Operation>> OperationsAsync()
    {
        var document = await DocumentAsync();
        List<Operation> operations =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               where Methods.Contains(operation.Key)
               select new Operation(path.Key, operation.Key, operation.Value!),
        ];
        Assert.NotEmpty(operations);
        return operations;
    }

    private sealed record Operation(string Path, string Method, JsonNode Node);
}
