using System.Text;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>The form of a token request, and what is answered to a wrong one.</summary>
public sealed class TokenRequestTests : IAsyncLifetime
{
    private TokenEndpointFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [Trait("Rule", "AS-01")]
    [InlineData(null)]
    [InlineData("jwt-bearer")]
    [InlineData("urn:ietf:params:oauth:client-assertion-type:saml2-bearer")]
    [InlineData("URN:ietf:params:oauth:client-assertion-type:jwt-bearer")]
    public async Task Another_client_assertion_type_is_an_invalid_request(string? type)
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(), ("client_assertion_type", type));

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Error));
        Assert.Null(answer.AccessToken);
    }

    [Fact]
    [Trait("Rule", "AS-01")]
    public async Task A_type_without_an_assertion_is_an_invalid_request() =>
        Assert.Equal(400, (await _fixture.SendAsync("", ("client_assertion", null))).Status);

    [Fact]
    [Trait("Rule", "AS-02")]
    public async Task A_request_without_an_assertion_is_refused_even_for_a_known_client()
    {
        var answer = await _fixture.SendAsync(
            "", ("client_assertion", null), ("client_assertion_type", null), ("client_id", TokenEndpointFixture.ClientA));

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
    }

    [Fact]
    [Trait("Rule", "AS-02")]
    public async Task A_secret_is_refused_alone_and_beside_an_assertion()
    {
        var alone = await _fixture.SendAsync(
            "",
            ("client_assertion", null),
            ("client_assertion_type", null),
            ("client_id", TokenEndpointFixture.ClientA),
            ("client_secret", "secret"));
        var beside = await _fixture.SendAsync(_fixture.MakerA.Make(), ("client_secret", "secret"));

        Assert.Equal((401, "invalid_client"), (alone.Status, alone.Error));
        Assert.Equal((401, "invalid_client"), (beside.Status, beside.Error));
        Assert.Null(beside.AccessToken);
    }

    [Fact]
    [Trait("Rule", "AS-02")]
    public async Task Basic_credentials_beside_an_assertion_are_refused_with_a_challenge()
    {
        using var form = Form(("client_assertion", _fixture.MakerA.Make()), ("client_assertion_type", TokenEndpointFixture.AssertionType));
        var answer = await _fixture.PostAsync(
            form,
            request => request.Headers.Authorization = new("Basic", Convert.ToBase64String("client-a:secret"u8)));

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        Assert.StartsWith("Basic", answer.Challenge, StringComparison.Ordinal);
    }

    /// <summary>Issue 14, row 20: who sent the client_id can be asked, though its assertion cannot be read.</summary>
    [Fact]
    [Trait("Rule", "AS-13")]
    public async Task The_log_names_the_claimed_client_where_the_assertion_cannot_be_read()
    {
        await _fixture.SendAsync("garbage", ("client_id", "client-x\u2028\u202e"));

        Assert.Contains(_fixture.Server.Logs.Lines, line => line.Contains(
            @"refused: assertion_malformed. Client client-x\u2028\u202E (unverified), kid -,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_assertion_in_the_query_is_not_read()
    {
        using var form = Form();
        var query = $"?client_assertion_type={Uri.EscapeDataString(TokenEndpointFixture.AssertionType)}&client_assertion={_fixture.MakerA.Make()}";
        var answer = await _fixture.PostAsync(form, request => request.RequestUri = new Uri("/token" + query, UriKind.Relative));

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_GET_request_is_refused()
    {
        using var response = await _fixture.Server.Client.GetAsync(
            new Uri($"/token?grant_type=client_credentials&client_assertion={_fixture.MakerA.Make()}", UriKind.Relative),
            TestContext.Current.CancellationToken);

        Assert.Equal(StatusCodes.Status400BadRequest, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_form_that_cannot_be_decoded_is_a_bad_request_and_no_error_of_the_server()
    {
        using var body = new StringContent("grant_type=client_credentials&client_assertion=%00", Encoding.ASCII, "application/x-www-form-urlencoded");
        var answer = await _fixture.PostAsync(body);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("utf-7")]
    [InlineData("utf8")] // issue 14, row 15
    public async Task An_unknown_charset_is_an_unsupported_media_type_and_the_answer_says_what_to_write(string charset)
    {
        using var body = new StringContent("grant_type=client_credentials");
        body.Headers.Remove("Content-Type");
        body.Headers.TryAddWithoutValidation("Content-Type", $"application/x-www-form-urlencoded; charset={charset}");

        var answer = await _fixture.PostAsync(body);
        Assert.Equal((415, "invalid_request"), (answer.Status, answer.Error));
        Assert.Contains("write utf-8, or leave it out", answer.Text("error_description"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_header_that_is_no_host_name_is_a_bad_request()
    {
        using var body = Form();

        Assert.Equal(400, (await _fixture.PostAsync(body, request => request.Headers.Host = "xn--a")).Status);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("authorization_code")]
    [InlineData("refresh_token")]
    public async Task Other_grants_are_refused(string grant)
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(), ("grant_type", grant));

        Assert.Equal((400, "unsupported_grant_type"), (answer.Status, answer.Error));
    }

    [Theory]
    [Trait("Rule", "AS-12")]
    [InlineData("write")]
    [InlineData("read write")]
    [InlineData(null)]
    public async Task A_scope_that_the_client_may_not_have_or_did_not_name_is_an_invalid_scope(string? scope)
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(), ("scope", scope));

        Assert.Equal(400, answer.Status);
        Assert.Equal("invalid_scope", answer.Error);
        Assert.Null(answer.AccessToken);
    }

    [Fact]
    [Trait("Rule", "AS-13")]
    public async Task Whatever_check_failed_the_answer_is_the_same()
    {
        var answers = new List<TokenAnswer>
        {
            await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims["aud"] = "https://other.example")),
            await _fixture.SendAsync(_fixture.MakerA.Make(claims: claims => claims["iss"] = "nobody")),
            await _fixture.SendAsync(_fixture.MakerA.Make(sign: input => new byte[256])),
            await _fixture.SendAsync(_fixture.MakerA.Make(header => header["kid"] = "unknown")),
            await _fixture.SendAsync("garbage"),
            await _fixture.SendAsync(_fixture.MakerA.Make(), ("client_secret", "secret")),
            await _fixture.SendAsync("", ("client_assertion", null), ("client_assertion_type", null)),
        };

        Assert.Single(answers.Select(answer => answer.Told).Distinct());
    }

    [Fact]
    public async Task No_assertion_and_no_token_is_in_the_logs()
    {
        var accepted = _fixture.MakerA.Make();
        var refused = _fixture.MakerA.Make(claims: claims => claims["aud"] = "https://other.example");
        var token = (await _fixture.SendAsync(accepted)).AccessToken!;
        await _fixture.SendAsync(accepted);
        await _fixture.SendAsync(refused);

        foreach (var secret in new[] { accepted, refused, token })
        {
            Assert.DoesNotContain(
                _fixture.Server.Logs.Lines,
                line => secret.Split('.').Any(part => line.Contains(part, StringComparison.Ordinal)));
        }
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] parameters) => new(
        parameters
            .Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))
            .Append(KeyValuePair.Create("grant_type", "client_credentials"))
            .Append(KeyValuePair.Create("scope", "read")));
}
