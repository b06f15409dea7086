using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>A token is for the one API that its scopes belong to.</summary>
public sealed class ApiScopeTests : IAsyncLifetime
{
    private TokenEndpointFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [Trait("Rule", "AT-01")]
    [InlineData("read", TokenEndpointFixture.Audience)]
    [InlineData("keys", TokenEndpointFixture.OtherAudience)]
    public async Task The_audience_is_the_API_of_the_scope_as_one_string(string scope, string audience)
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(), ("scope", scope));

        Assert.Equal(audience, answer.AccessTokenClaims.GetProperty("aud").GetString());
        Assert.Equal(scope, answer.AccessTokenClaims.GetProperty("scope").GetString());
    }

    [Fact]
    [Trait("Rule", "AT-01")]
    public async Task Two_scopes_of_one_API_are_in_one_token_for_it()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync(("AuthorizationServer:Clients:0:Scopes:2", "partners:manage"));
        var answer = await fixture.SendAsync(fixture.MakerA.Make(), ("scope", "keys partners:manage"));

        Assert.Equal(TokenEndpointFixture.OtherAudience, answer.AccessTokenClaims.GetProperty("aud").GetString());
        Assert.Equal("keys partners:manage", answer.AccessTokenClaims.GetProperty("scope").GetString());
    }

    [Theory]
    [Trait("Rule", "AS-12")]
    [InlineData("read keys")]
    [InlineData("keys read")]
    public async Task Scopes_of_two_APIs_at_a_time_are_an_invalid_scope(string scope)
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(), ("scope", scope));

        AssertRefused(answer, "invalid_scope");
        Assert.Equal("A token is for one API: ask for the scopes of one API at a time.", answer.Text("error_description"));
    }

    [Theory]
    [Trait("Rule", "AS-12")]
    [InlineData("partners:manage")]
    [InlineData("keys partners:manage")]
    [InlineData("keys KEYS")]
    public async Task A_scope_of_the_API_that_the_client_was_not_granted_is_an_invalid_scope(string scope) =>
        AssertRefused(await _fixture.SendAsync(_fixture.MakerA.Make(), ("scope", scope)), "invalid_scope");

    [Fact]
    [Trait("Rule", "AS-13")]
    public async Task Which_scopes_a_client_may_have_is_told_to_nobody_but_that_client()
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(sign: _ => new byte[256]), ("scope", "partners:manage"));

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task The_log_names_the_client_and_what_it_asked_for()
    {
        await _fixture.SendAsync(_fixture.MakerA.Make(), ("scope", "partners:manage"));

        Assert.Contains(_fixture.Server.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal)
            && line.Contains("invalid_scope. Client client-a, scope partners:manage", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("read", TokenEndpointFixture.Audience)]
    [InlineData("keys", TokenEndpointFixture.OtherAudience)]
    public async Task A_resource_parameter_may_name_the_API_of_the_scope(string scope, string resource)
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(), ("scope", scope), ("resource", resource));

        Assert.Equal(resource, answer.AccessTokenClaims.GetProperty("aud").GetString());
    }

    [Theory]
    [InlineData(TokenEndpointFixture.OtherAudience)]
    [InlineData($"{TokenEndpointFixture.Audience}/")]
    [InlineData("https://unknown.example")]
    public async Task A_resource_parameter_that_names_another_API_is_an_invalid_target(string resource) =>
        AssertRefused(await _fixture.SendAsync(_fixture.MakerA.Make(), ("resource", resource)), "invalid_target");

    [Theory]
    [InlineData("Apis:1:Audience", " ", "AuthorizationServer:Apis:1:Audience is missing")]
    [InlineData("Apis:1:Audience", TokenEndpointFixture.Audience, "AuthorizationServer:Apis names the Audience 'https://orders.example' 2 times")]
    [InlineData("Apis:1:Scopes:2", "read", "AuthorizationServer:Apis names the scope 'read' 2 times")]
    [InlineData("Apis:1:Scopes:2", "keys", "AuthorizationServer:Apis names the scope 'keys' 2 times")]
    [InlineData("Apis:1:Scopes:2", "two words", "AuthorizationServer:Apis:1:Scopes is empty or holds what is no scope")]
    [InlineData("Apis:1:Scopes:2", "", "AuthorizationServer:Apis:1:Scopes is empty or holds what is no scope")]
    [InlineData("Apis:2:Audience", "https://third.example", "AuthorizationServer:Apis:2:Scopes is empty or holds what is no scope")]
    [InlineData("Clients:0:Scopes:2", "write", "AuthorizationServer:Clients:0:Scopes holds 'write'")]
    public async Task A_wrong_setting_of_an_API_stops_the_start_and_is_named(string setting, string value, string expected)
    {
        using var address = new ReservedAddress();
        using var directory = new TemporaryDirectory();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, directory.Path, _fixture.Settings(($"AuthorizationServer:{setting}", value))));

        Assert.StartsWith(expected, Assert.Single(exception.Failures.Distinct()), StringComparison.Ordinal);
    }

    private static void AssertRefused(TokenAnswer answer, string error)
    {
        Assert.Equal((400, error), (answer.Status, answer.Error));
        Assert.Null(answer.AccessToken);
        Assert.True(answer.NoStore);
    }
}
