using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary>What a person, or a script, gets to see.</summary>
public sealed class OutputTests : IAsyncLifetime
{
    private const string Partner = """
        {"clientId":"partner-a","name":"Partner A","allowedAlgorithms":["PS256","ES256"],"contact":"a@example.test","state":"active","createdAt":"2026-05-04T03:02:01.987+02:00","jwksUri":"https://keys.example.test/partners/partner-a/.well-known/jwks"}
        """;

    private CommandsUnderTest _commands = null!;

    public async ValueTask InitializeAsync() => _commands = await CommandsUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Fact]
    public async Task One_thing_is_a_line_for_each_member()
    {
        _commands.Registry.Answer = Partner;

        var typed = await _commands.TypeAsync("partners", "show", "partner-a");

        Assert.Equal(
            [
                "Client id          partner-a",
                "Name               Partner A",
                "State              active",
                "Suspended because  -",
                "Algorithms         PS256, ES256",
                "Contact            a@example.test",
                "Created            2026-05-04T01:02:01Z",
                "JWKS               https://keys.example.test/partners/partner-a/.well-known/jwks",
            ],
            typed.OutputLines);
    }

    [Fact]
    public async Task A_list_is_a_table()
    {
        _commands.Registry.Answer = """
            {"keys":[
                {"kid":"k1","algorithm":"PS256","state":"revoked","createdAt":"2026-05-04T03:02:01Z","activatesAt":"2026-05-04T03:02:01Z","retiresAt":null,"revokedAt":"2026-05-05T03:02:01Z","reason":"stolen"},
                {"kid":"longer-kid","algorithm":"ES256","state":"pending","createdAt":"2026-05-04T03:02:01Z","activatesAt":"2026-05-04T03:12:01Z"}
            ]}
            """;

        var typed = await _commands.TypeAsync("keys", "list", "partner-a");

        Assert.Equal(
            [
                "KID         ALGORITHM  STATE    CREATED               ACTIVATES             RETIRES  REVOKED               REASON",
                "k1          PS256      revoked  2026-05-04T03:02:01Z  2026-05-04T03:02:01Z  -        2026-05-05T03:02:01Z  stolen",
                "longer-kid  ES256      pending  2026-05-04T03:02:01Z  2026-05-04T03:12:01Z  -        -                     -",
            ],
            typed.OutputLines);
    }

    [Fact]
    public async Task The_audit_trail_tells_who_did_what_when_and_from_where()
    {
        _commands.Registry.Answer = """
            {"records":[{"id":7,"at":"2026-05-04T03:02:01Z","actor":"registry-operator","actorKind":"operator","action":"keyRevoked","kid":"k1","detail":"stolen","address":"192.0.2.1","traceId":"0af7651916cd43dd8448eb211c80319c"}],"next":null}
            """;

        var typed = await _commands.TypeAsync("partners", "audit", "partner-a");

        Assert.Equal(
            [
                "AT                    ACTOR              AS        ACTION      KID  DETAIL  ADDRESS    TRACE ID",
                "2026-05-04T03:02:01Z  registry-operator  operator  keyRevoked  k1   stolen  192.0.2.1  0af7651916cd43dd8448eb211c80319c",
            ],
            typed.OutputLines);
    }

    [Fact]
    public async Task With_json_the_answer_is_written_as_it_is()
    {
        _commands.Registry.Answer = Partner.Trim();

        var typed = await _commands.TypeAsync("partners", "show", "partner-a", "--json");

        Assert.Equal(Partner.Trim(), Assert.Single(typed.OutputLines));
    }

    [Fact]
    public async Task Text_from_the_server_cannot_steer_the_terminal()
    {
        _commands.Registry.Answer = """{"clientId":"partner-a","name":"\u001b[2J\u009b2J\nName \u202eevil"}""";

        var typed = await _commands.TypeAsync("partners", "show", "partner-a");

        Assert.Contains("Name               ?[2J?2J?Name ?evil", typed.OutputLines);
    }

    [Fact]
    public async Task A_new_enrolment_token_stands_alone_on_standard_output()
    {
        _commands.Registry.Answer = """{"id":"0198c0de","token":"enrolment-token-0123456789","expiresAt":"2026-05-05T03:02:01Z"}""";

        var typed = await _commands.TypeAsync("partners", "enrol", "partner-a");

        Assert.Equal("enrolment-token-0123456789", Assert.Single(typed.OutputLines));
        Assert.DoesNotContain("enrolment-token-0123456789", typed.Error, StringComparison.Ordinal);
        Assert.Contains("shown once", typed.Error, StringComparison.Ordinal);
        Assert.Contains("2026-05-05T03:02:01Z", typed.Error, StringComparison.Ordinal);
        Assert.Contains("0198c0de", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_enrolment_token_with_json_is_the_whole_answer()
    {
        const string Answer = """{"id":"0198c0de","token":"enrolment-token-0123456789","expiresAt":"2026-05-05T03:02:01Z"}""";
        _commands.Registry.Answer = Answer;

        var typed = await _commands.TypeAsync("partners", "enrol", "partner-a", "--json");

        Assert.Equal(Answer, Assert.Single(typed.OutputLines));
    }

    [Fact]
    public async Task A_refusal_is_told_with_code_detail_and_trace_id()
    {
        Instead(Results.Problem(
            "The partner is there already.\u001b[2J",
            statusCode: 409,
            extensions: new Dictionary<string, object?> { ["code"] = "partner_duplicate", ["traceId"] = "0af7651916cd43dd8448eb211c80319c" }));

        var typed = await _commands.TypeAsync("partners", "show", "partner-a", "--json");

        Assert.Equal(1, typed.ExitCode);
        Assert.Empty(typed.Output);
        Assert.EndsWith(
            $"partner_duplicate: The partner is there already.?[2J{Environment.NewLine}Trace id: 0af7651916cd43dd8448eb211c80319c{Environment.NewLine}",
            typed.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_page_of_a_proxy_is_told_with_its_status()
    {
        Instead(Results.Text("<html>secret</html>", "text/html", statusCode: 502));

        var typed = await _commands.TypeAsync("partners", "show", "partner-a");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("registry_refused: ", typed.Error, StringComparison.Ordinal);
        Assert.Contains("502", typed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", typed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "<html>")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", """{"keys":{}}""")]
    [InlineData("application/json", """{"keys":["k1"]}""")]
    public async Task An_answer_that_is_not_the_APIs_is_no_empty_list(string contentType, string body)
    {
        Instead(Results.Text(body, contentType));

        var typed = await _commands.TypeAsync("keys", "list", "partner-a");

        Assert.Equal(1, typed.ExitCode);
        Assert.Empty(typed.Output);
        Assert.Contains("registry_unreadable: ", typed.Error, StringComparison.Ordinal);
    }

    private void Instead(IResult answer) =>
        _commands.Registry.Instead = request => request.Path == StubRegistryApi.MetadataPath ? null : answer;
}
