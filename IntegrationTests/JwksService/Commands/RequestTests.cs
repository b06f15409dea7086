using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.PartnerClientTests;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary>What each command asks of the API.</summary>
public sealed class RequestTests : IAsyncLifetime
{
    private const string Thumbprint = "-NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9X";

    private CommandsUnderTest _commands = null!;

    public async ValueTask InitializeAsync()
    {
        _commands = await CommandsUnderTest.StartAsync();
        _commands.Registry.Answer = """{"partners":[],"enrolments":[],"keys":[],"records":[],"token":"t"}""";
    }

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Theory]
    [InlineData("partners list", "/partners")]
    [InlineData("partners show partner-a", "/partners/partner-a")]
    [InlineData("partners enrolments partner-a", "/partners/partner-a/enrolments")]
    [InlineData("partners audit partner-a", "/partners/partner-a/audit")]
    [InlineData("keys list partner-a", "/partners/partner-a/keys")]
    [InlineData("keys show partner-a kid-1", "/partners/partner-a/keys/kid-1")]
    [InlineData("keys show partner-a a/b", "/partners/partner-a/keys/a%2Fb")]
    public async Task Looking_is_a_GET(string args, string target)
    {
        var request = await _commands.TypeOneRequestAsync(args.Split(' '));

        Assert.Equal((HttpMethods.Get, target), (request.Method, request.RawTarget));
    }

    [Theory]
    [InlineData(
        "partners add partner-b --name B --contact c@example.test", "/partners",
        """{"clientId":"partner-b","name":"B","contact":"c@example.test"}""")]
    [InlineData(
        "partners add partner-b --name B --contact c --algorithm PS256 --algorithm ES256", "/partners",
        """{"clientId":"partner-b","name":"B","contact":"c","allowedAlgorithms":["PS256","ES256"]}""")]
    [InlineData("partners suspend partner-a --reason @why", "/partners/partner-a/suspend", """{"reason":"@why"}""")]
    [InlineData("partners resume partner-a", "/partners/partner-a/resume", "{}")]
    [InlineData("partners enrol partner-a", "/partners/partner-a/enrolments", "{}")]
    [InlineData("partners enrol partner-a --lifetime 90s", "/partners/partner-a/enrolments", """{"lifetimeSeconds":90}""")]
    [InlineData("partners enrol partner-a --keep-others", "/partners/partner-a/enrolments", """{"keepOthers":true}""")]
    [InlineData("partners enrol partner-a --lifetime 24h", "/partners/partner-a/enrolments", """{"lifetimeSeconds":86400}""")]
    [InlineData("partners enrol partner-a --lifetime 1.00:00:01", "/partners/partner-a/enrolments", """{"lifetimeSeconds":86401}""")]
    [InlineData("partners revoke-enrolment partner-a 0198c0de", "/partners/partner-a/enrolments/0198c0de/revoke", "{}")]
    [InlineData("keys activate partner-a kid-1", "/partners/partner-a/keys/kid-1/activate", "{}")]
    [InlineData($"keys activate partner-a {Thumbprint}", $"/partners/partner-a/keys/{Thumbprint}/activate", "{}")]
    [InlineData("keys activate partner-a -help", "/partners/partner-a/keys/-help/activate", "{}")]
    [InlineData("keys activate partner-a a/b?c%#d", "/partners/partner-a/keys/a%2Fb%3Fc%25%23d/activate", "{}")]
    [InlineData("keys retire partner-a kid-1", "/partners/partner-a/keys/kid-1/retire", "{}")]
    [InlineData("keys retire partner-a kid-1 --overlap 30m", "/partners/partner-a/keys/kid-1/retire", """{"overlapSeconds":1800}""")]
    [InlineData("keys retire partner-a kid-1 --overlap 2d", "/partners/partner-a/keys/kid-1/retire", """{"overlapSeconds":172800}""")]
    [InlineData(
        "keys request-rotation partner-a kid-1 --reason yearly", "/partners/partner-a/keys/kid-1/request-rotation", """{"reason":"yearly"}""")]
    [InlineData("keys revoke partner-a kid-1 --reason stolen", "/partners/partner-a/keys/kid-1/revoke", """{"reason":"stolen"}""")]
    public async Task Changing_is_a_POST(string args, string target, string body)
    {
        var request = await _commands.TypeOneRequestAsync(args.Split(' '));

        Assert.Equal((HttpMethods.Post, target), (request.Method, request.RawTarget));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse(request.Body)), request.Body);
    }

    [Fact]
    public async Task A_list_of_many_pages_is_read_to_its_end()
    {
        AnswerPages(
            ("/partners", """{"partners":[{"clientId":"a"}],"next":"/partners?limit=1&after=a"}"""),
            ("/partners?limit=1&after=a", """{"partners":[{"clientId":"b"}],"next":"/partners?limit=1&after=b"}"""),
            ("/partners?limit=1&after=b", """{"partners":[{"clientId":"c"}],"next":null}"""));

        var typed = await _commands.TypeAsync("partners", "list", "--json");

        Assert.Equal("""{"partners":[{"clientId":"a"},{"clientId":"b"},{"clientId":"c"}],"next":null}""", Assert.Single(typed.OutputLines));
    }

    [Fact]
    public async Task A_next_page_elsewhere_does_not_get_the_token()
    {
        await using var elsewhere = new StubRegistryApi(_commands.Time, _commands.Issuer);
        await elsewhere.StartAsync();
        AnswerPages(
            ("/partners/partner-a/audit", $$"""{"records":[],"next":"{{elsewhere.Address}}/steal?after=1"}"""),
            ("/partners/partner-a/audit?after=1", """{"records":[],"next":null}"""));

        var typed = await _commands.TypeAsync("partners", "audit", "partner-a");

        Assert.Equal(0, typed.ExitCode);
        Assert.Empty(elsewhere.Requests);
        Assert.Equal(2, _commands.Registry.ApiRequests.Count);
    }

    [Fact]
    public async Task A_list_without_an_end_is_given_up()
    {
        _commands.Registry.Answer = """{"partners":[],"next":"/partners?after=a"}""";

        var typed = await _commands.TypeAsync("partners", "list");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("registry_unreadable: ", typed.Error, StringComparison.Ordinal);
        Assert.Equal(1000, _commands.Registry.ApiRequests.Count);
    }

    private void AnswerPages(params (string Target, string Json)[] pages) => _commands.Registry.Instead = request =>
        pages.FirstOrDefault(page => page.Target == request.RawTarget) is { Json: { } json } ? Results.Text(json, "application/json")
        : request.Path == StubRegistryApi.MetadataPath ? null
        : StubServers.Problem(404, "not_found");
}
