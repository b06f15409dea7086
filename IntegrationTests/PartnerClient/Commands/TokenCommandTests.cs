using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Commands;

/// <summary><c>token get</c> and <c>assertion show</c>.</summary>
public sealed class TokenCommandTests : IAsyncLifetime
{
    private PartnerCommands _commands = null!;

    private StubAuthorizationServer Issuer => _commands.Servers.Issuer;

    private string TokenFile => _commands.FileNamed("token.txt");

    public async ValueTask InitializeAsync() => _commands = await PartnerCommands.StartAsync();

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Fact]
    [Trait("Rule", "PC-07")]
    public async Task A_token_is_described_and_not_shown()
    {
        var typed = await _commands.TypeAsync("token", "get");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains("Type        Bearer", typed.OutputLines);
        Assert.Contains("Lifetime    300 s", typed.OutputLines);
        Assert.Contains("at+jwt", typed.Output, StringComparison.Ordinal);
        Assert.Single(Issuer.Tokens);
    }

    [Fact]
    public async Task With_json_it_is_one_object_for_scripts()
    {
        var typed = await _commands.TypeAsync("token", "get", "--json");

        var shown = JsonNode.Parse(typed.Output)!;
        Assert.Equal(("Bearer", "read", 300), ((string?)shown["tokenType"], (string?)shown["scope"], (int)shown["expiresInSeconds"]!));
        Assert.Equal(StubServers.ClientId, (string?)shown["claims"]!["client_id"]);
    }

    [Fact]
    public async Task Another_scope_is_asked_for_by_option()
    {
        Issuer.Scope = "write";

        var typed = await _commands.TypeAsync("token", "get", "--scope", "write");

        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Equal("write", StubAuthorizationServer.Form(Assert.Single(Issuer.TokenRequests))["scope"]);
    }

    [Theory]
    [InlineData("--raw", "standard output is none")]
    [InlineData("--raw --json", "the token alone")]
    [InlineData("--output token.txt", "--output needs --raw")]
    [Trait("Rule", "PC-07")]
    public async Task A_token_goes_into_no_pipe_and_none_is_asked_for(string options, string expected)
    {
        var typed = await _commands.TypeAsync(["token", "get", .. options.Split(' ')]);

        Assert.Equal((2, ""), (typed.ExitCode, typed.Output));
        Assert.Contains(expected, typed.Error, StringComparison.Ordinal);
        Assert.Empty(Issuer.TokenRequests);
    }

    [Fact]
    public async Task Raw_on_a_terminal_is_the_token_alone()
    {
        _commands.IsTerminal = true;

        var typed = await _commands.TypeAnywhereAsync("token", "get", "--raw");

        Assert.Equal(Assert.Single(Issuer.Tokens), Assert.Single(typed.OutputLines));
        Assert.DoesNotContain(typed.OutputLines[0], typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "PC-07")]
    public async Task Raw_to_a_file_is_for_its_owner_alone_and_never_over_another()
    {
        var typed = await _commands.TypeAsync("token", "get", "--raw", "--output", TokenFile);
        var again = await _commands.TypeAsync("token", "get", "--raw", "--output", TokenFile);

        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Equal($"{Assert.Single(Issuer.Tokens)}\n", await File.ReadAllTextAsync(TokenFile, TestContext.Current.CancellationToken));
        Assert.Contains(TokenFile, typed.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile));
        }

        Assert.Equal(1, again.ExitCode);
        Assert.Contains("cannot be made", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_code_and_the_trace_of_the_request_and_leaves_no_file()
    {
        Issuer.Instead = request => request.IsPost ? Results.Json(new { error = "invalid_client" }, statusCode: 401) : null;

        var typed = await _commands.TypeAsync("token", "get", "--raw", "--output", TokenFile);

        Assert.Equal((1, ""), (typed.ExitCode, typed.Output));
        Assert.Contains("token_refused: ", typed.Error, StringComparison.Ordinal);
        Assert.Contains($"Trace id: {Issuer.TokenRequests[0].TraceParent!.Split('-')[1]}", typed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(TokenFile));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_asked_and_none_is_made()
    {
        File.Delete(_commands.FileNamed("partner-key.pem"));

        var typed = await _commands.TypeAsync("token", "get");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("key_missing: ", typed.Error, StringComparison.Ordinal);
        Assert.Empty(Issuer.Requests);
        Assert.False(File.Exists(_commands.FileNamed("partner-key.pem")));
    }

    [Fact]
    [Trait("Rule", "PC-02")]
    public async Task The_assertion_is_shown_as_it_would_be_sent_and_is_not_sent()
    {
        var typed = await _commands.TypeAsync("assertion", "show", "--json");

        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Empty(Issuer.TokenRequests);
        var shown = JsonNode.Parse(typed.Output)!;
        var now = _commands.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(Issuer.TokenEndpoint, (string?)shown["tokenEndpoint"]);
        Assert.Equal(("client-authentication+jwt", _commands.Key.KeyId), ((string?)shown["header"]!["typ"], (string?)shown["header"]!["kid"]));
        Assert.Equal((Issuer.Address, now, now + 60), ((string?)shown["claims"]!["aud"], (long)shown["claims"]!["iat"]!, (long)shown["claims"]!["exp"]!));
        Assert.Equal(("client_credentials", "read"), ((string?)shown["form"]!["grant_type"], (string?)shown["form"]!["scope"]));
        Assert.Equal("<header>.<claims>.<signature, not shown>", (string?)shown["form"]!["client_assertion"]);
    }

    [Fact]
    public async Task The_assertion_for_people_has_its_times_in_words()
    {
        _commands.Settings["PartnerClient:AssertionAudience"] = "TokenEndpoint";

        var typed = await _commands.TypeAsync("assertion", "show");

        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Contains("Expires         2026-05-04T03:03:01Z", typed.OutputLines);
        Assert.Contains($"\"aud\": \"{Issuer.TokenEndpoint}\"", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_metadata_there_is_nothing_to_show()
    {
        Issuer.Instead = _ => Results.NotFound();

        var typed = await _commands.TypeAsync("assertion", "show");

        Assert.Equal((1, ""), (typed.ExitCode, typed.Output));
        Assert.Contains("metadata_unreadable: ", typed.Error, StringComparison.Ordinal);
    }
}
