using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

[Trait("Rule", "KR-07")]
public sealed class AuthenticationTests : IAsyncLifetime
{
    private CommandsUnderTest _commands = null!;

    public async ValueTask InitializeAsync() => _commands = await CommandsUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Fact]
    public async Task The_operator_authenticates_with_an_assertion_to_the_server_that_the_registry_names()
    {
        var request = await _commands.TypeOneRequestAsync("partners", "show", "partner-a");

        Assert.Equal($"Bearer {StubIssuer.AccessToken}", request.Authorization);
        var form = Assert.Single(_commands.Issuer.TokenRequests);
        Assert.Equal(
            ["client_assertion", "client_assertion_type", "client_id", "grant_type", "resource", "scope"],
            form.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("client_credentials", form["grant_type"]);
        Assert.Equal("registry-operator", form["client_id"]);
        Assert.Equal("partners:manage", form["scope"]);
        Assert.Equal(_commands.Variables["B2B_REGISTRY"], form["resource"]);
        var now = _commands.Time.GetUtcNow().ToUnixTimeSeconds();
        var assertion = _commands.Issuer.Assertion;
        Assert.Equal(("client-authentication+jwt", _commands.Key.KeyId), (assertion.Typ, assertion.Kid));
        Assert.Equal(("registry-operator", "registry-operator"), (assertion.Issuer, assertion.Subject));
        Assert.Equal(_commands.Issuer.Address, assertion.GetPayloadValue<string>("aud"));
        Assert.Equal((now, now + 60), (assertion.GetPayloadValue<long>("iat"), assertion.GetPayloadValue<long>("exp")));
    }

    [Fact]
    public async Task A_partner_authenticates_as_itself_and_asks_for_its_own_keys_alone()
    {
        _commands.Registry.Answer = """{"keys":[]}""";

        await _commands.TypeOneRequestAsync("keys", "list", "partner-a", "--client-id", "partner-a");

        var form = Assert.Single(_commands.Issuer.TokenRequests);
        Assert.Equal(("partner-a", "keys"), (form["client_id"].ToString(), form["scope"].ToString()));
    }

    [Fact]
    public async Task An_operator_with_another_client_id_names_the_scope()
    {
        _commands.Registry.Answer = """{"keys":[]}""";

        await _commands.TypeOneRequestAsync("keys", "list", "partner-a", "--client-id", "jwks-admin", "--scope", "partners:manage");

        var form = Assert.Single(_commands.Issuer.TokenRequests);
        Assert.Equal(("jwks-admin", "partners:manage"), (form["client_id"].ToString(), form["scope"].ToString()));
    }

    [Fact]
    public async Task Options_go_before_the_environment()
    {
        using var key = RSA.Create(2048);
        var file = _commands.WriteKey("other.pem", key);
        File.Move(_commands.FileNamed("other.password"), _commands.FileNamed("elsewhere"));
        var registry = _commands.Variables["B2B_REGISTRY"];
        _commands.Variables["B2B_REGISTRY"] = "https://unreachable.invalid";

        var typed = await _commands.TypeAsync(
            "partners", "show", "partner-a", "--registry", $"{registry}/", "--key-file", file, "--key-password-file", _commands.FileNamed("elsewhere"));

        // Refused, but for the key that the option names.
        Assert.Equal(1, typed.ExitCode);
        Assert.Equal(PublicJwk.FromKey(key).KeyId, _commands.Issuer.Assertion.Kid);
        Assert.Equal("PS256", _commands.Issuer.Assertion.Alg);
    }

    [Fact]
    public async Task A_refused_assertion_is_told_with_client_key_and_what_to_check()
    {
        var typed = await _commands.TypeAsync("partners", "list");
        _commands.Issuer.Instead = request =>
            request.IsPost ? Results.Json(new { error = "invalid_client" }, statusCode: 401) : null;
        var refused = await _commands.TypeAsync("partners", "list");

        Assert.DoesNotContain("token_refused", typed.Error, StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("token_refused: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("invalid_client", refused.Error, StringComparison.Ordinal);
        Assert.Contains("'registry-operator'", refused.Error, StringComparison.Ordinal);
        Assert.Contains(_commands.Key.KeyId, refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("access_token", "token_unreadable")]
    [InlineData("token_type", "token_unreadable")]
    public async Task An_answer_without_a_bearer_token_is_no_token(string missing, string code)
    {
        var answer = new Dictionary<string, string> { ["access_token"] = "abc", ["token_type"] = "bearer" };
        answer.Remove(missing);
        _commands.Issuer.Instead = request => request.IsPost ? Results.Json(answer) : null;

        await AssertFailsAsync(code);
        Assert.Empty(_commands.Registry.ApiRequests);
    }

    [Fact]
    public async Task Metadata_of_another_registry_get_no_assertion()
    {
        _commands.Registry.Instead = _ => Results.Json(
            new { resource = "https://another.example.test", authorization_servers = new[] { _commands.Issuer.Address } });

        await AssertFailsAsync("resource_mismatch");
        Assert.Empty(_commands.Issuer.Requests);
    }

    [Theory]
    [InlineData("[]", "metadata_unreadable")]
    [InlineData("[1]", "metadata_unreadable")]
    [InlineData("\"https://issuer.example.test\"", "metadata_unreadable")]
    [InlineData("[\"ftp://issuer.example.test\"]", "issuer_insecure")]
    public async Task A_registry_that_names_no_sound_authorization_server_is_refused(string servers, string code)
    {
        var metadata = $$"""{"resource":"{{_commands.Registry.Address}}","authorization_servers":{{servers}}}""";
        _commands.Registry.Instead = _ => Results.Text(metadata, "application/json");

        await AssertFailsAsync(code);
    }

    [Fact]
    public async Task Metadata_of_another_issuer_get_no_assertion()
    {
        _commands.Issuer.Instead = request => request.IsGet
            ? Results.Json(new { issuer = "https://another.example.test", token_endpoint = _commands.Issuer.Address + StubIssuer.TokenPath })
            : null;

        await AssertFailsAsync("issuer_mismatch");
        Assert.Empty(_commands.Issuer.TokenRequests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/connect/token")]
    [InlineData("http://user@127.0.0.1/connect/token")]
    public async Task A_token_endpoint_that_is_no_sound_address_gets_no_assertion(string? endpoint)
    {
        _commands.Issuer.Instead = _ => Results.Json(new { issuer = _commands.Issuer.Address, token_endpoint = endpoint });

        await AssertFailsAsync("token_endpoint_insecure");
        Assert.Empty(_commands.Issuer.TokenRequests);
    }

    [Fact]
    public async Task A_registry_without_metadata_is_refused()
    {
        _commands.Registry.Instead = _ => Results.Text("<html>", "text/html");

        await AssertFailsAsync("metadata_unreadable");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = new StubRegistryApi(_commands.Time, _commands.Issuer);
        await elsewhere.StartAsync();
        _commands.Registry.Instead = request =>
            request.Path == StubRegistryApi.MetadataPath ? null : Results.Redirect(elsewhere.Address, preserveMethod: true);

        await AssertFailsAsync("registry_refused");
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_with_its_address()
    {
        await _commands.Registry.DisposeAsync();

        var typed = await AssertFailsAsync("server_unavailable");

        Assert.Contains(_commands.Registry.Address, typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_requests_of_a_command_belong_to_the_trace_that_a_failure_names()
    {
        _commands.Registry.Instead = request => request.Path == StubRegistryApi.MetadataPath ? null : StubServers.Problem(409, "partner_duplicate");

        var typed = await _commands.TypeAsync("partners", "show", "partner-a");

        StubRequest[] requests = [.. _commands.Registry.Requests, .. _commands.Issuer.Requests];
        var traces = requests.Select(request => request.TraceParent!.Split('-')[1]).Distinct();
        Assert.Equal(4, requests.Length);
        Assert.Contains($"Trace id: {Assert.Single(traces)}", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_file_that_others_can_read_is_warned_of()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var password = _commands.FileNamed("operator.password");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        var typed = await _commands.TypeAsync("partners", "show", "partner-a");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains($"'{password}' is open to group or others", typed.Error, StringComparison.Ordinal);
    }

    private async Task<Typed> AssertFailsAsync(string code)
    {
        var typed = await _commands.TypeAsync("partners", "show", "partner-a");
        Assert.Equal(1, typed.ExitCode);
        Assert.Empty(typed.Output);
        Assert.Contains($"{code}: ", typed.Error, StringComparison.Ordinal);
        return typed;
    }
}
