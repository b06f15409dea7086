using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Parameters that are there twice, and such as have no value.</summary>
public sealed class TokenRequestParameterTests : IAsyncLifetime
{
    private TokenEndpointFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    /// <summary>Issue 14, row 10 (RFC 6749 §3.2).</summary>
    [Theory]
    [Trait("Rule", "AS-01")]
    [InlineData("client_id", 200, null)]
    [InlineData("client_secret", 200, null)]
    [InlineData("audience", 200, null)]
    [InlineData("resource", 200, null)]
    [InlineData("more", 200, null)]
    [InlineData("scope", 400, "invalid_scope")]
    [InlineData("grant_type", 400, "invalid_request")]
    [InlineData("client_assertion", 400, "invalid_request")]
    [InlineData("client_assertion_type", 400, "invalid_request")]
    public async Task A_parameter_without_a_value_counts_as_left_out(string name, int status, string? error)
    {
        var empty = await _fixture.SendAsync(_fixture.MakerA.Make(), (name, ""));
        var leftOut = await _fixture.SendAsync(_fixture.MakerA.Make(), (name, null));

        Assert.Equal((status, error), (empty.Status, empty.Error));
        Assert.Equal((leftOut.Status, leftOut.Error, leftOut.Text("error_description")), (empty.Status, empty.Error, empty.Text("error_description")));
    }

    [Fact]
    [Trait("Rule", "AS-01")]
    public async Task Two_assertions_are_refused()
    {
        using var form = Form(
            ("client_assertion", _fixture.MakerA.Make()),
            ("client_assertion", _fixture.MakerA.Make()),
            ("client_assertion_type", TokenEndpointFixture.AssertionType));
        var answer = await _fixture.PostAsync(form);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Error));
    }

    [Theory]
    [Trait("Rule", "AS-01")]
    [InlineData("client_id", TokenEndpointFixture.ClientA, TokenEndpointFixture.ClientB)]
    [InlineData("client_secret", "one", "two")]
    [InlineData("scope", "read", "read")]
    public async Task A_repeated_parameter_is_refused(string name, string first, string second)
    {
        using var form = Form(
            ("client_assertion", _fixture.MakerA.Make()),
            ("client_assertion_type", TokenEndpointFixture.AssertionType),
            (name, first),
            (name, second));
        var answer = await _fixture.PostAsync(form);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Error));
        Assert.Equal($"Send each parameter once: '{name}' is there more than once.", answer.Text("error_description"));
        Assert.Null(answer.AccessToken);
    }

    /// <summary>Issue 14, row 27 (RFC 8707 §2).</summary>
    [Theory]
    [Trait("Rule", "AS-12")]
    [InlineData(TokenEndpointFixture.Audience)]
    [InlineData(TokenEndpointFixture.OtherAudience)]
    [InlineData("")]
    public async Task Two_resources_are_an_invalid_target_and_the_answer_names_the_parameter(string second)
    {
        using var form = Form(
            ("client_assertion", _fixture.MakerA.Make()),
            ("client_assertion_type", TokenEndpointFixture.AssertionType),
            ("resource", TokenEndpointFixture.Audience),
            ("resource", second));
        var answer = await _fixture.PostAsync(form);

        Assert.Equal((400, "invalid_target"), (answer.Status, answer.Error));
        Assert.Contains("send the resource parameter once", answer.Text("error_description"), StringComparison.Ordinal);
        Assert.Null(answer.AccessToken);
    }

    [Fact]
    [Trait("Rule", "AS-01")]
    public async Task A_parameter_whose_name_is_no_word_is_not_repeated_in_the_answer()
    {
        using var form = Form(("a\"\u202e", "1"), ("a\"\u202e", "2"));
        var answer = await _fixture.PostAsync(form);

        Assert.Equal("Send each parameter once: one is there more than once.", answer.Text("error_description"));
        Assert.Contains(
            _fixture.Server.Logs.Lines, line => line.Contains("parameter_repeated. Client -", StringComparison.Ordinal) && line.Contains(@"found a""\u202E.", StringComparison.Ordinal));
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] parameters) => new(
        parameters
            .Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))
            .Append(KeyValuePair.Create("grant_type", "client_credentials"))
            .Append(KeyValuePair.Create("scope", "read")));
}
