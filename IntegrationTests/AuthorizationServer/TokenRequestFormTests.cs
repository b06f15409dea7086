using System.Text;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Requests that are too large or no form at all: answered as OAuth does, never with an error of the server's.</summary>
public sealed class TokenRequestFormTests : IAsyncLifetime
{
    private const string FormType = "application/x-www-form-urlencoded";

    private TokenEndpointFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [Trait("Rule", "AS-15")]
    [InlineData(8 * 1024 + 1)]
    [InlineData(100 * 1024)]
    public async Task An_assertion_that_is_too_long_is_answered_as_any_that_is_wrong(int length)
    {
        var answer = await _fixture.SendAsync(new string('.', length));

        Assert.Equal((await _fixture.SendAsync("garbage")).Told, answer.Told);
        Assert.Contains(Lines("refused: assertion_too_large"), line => line.Contains($"found {length}", StringComparison.Ordinal));
        Assert.Equal(0, _fixture.JwksA.Requests);
    }

    [Fact]
    [Trait("Rule", "AS-15")]
    public async Task A_body_that_is_too_long_is_cut_off()
    {
        var answer = await _fixture.SendAsync(new string('.', 256 * 1024));

        AssertRefused(answer, 413);
        Assert.Single(Lines("refused: request_too_large"));
    }

    [Theory]
    [Trait("Rule", "AS-15")]
    [InlineData("too many parameters")]
    [InlineData("a NUL")]
    [InlineData("a long name")]
    public async Task A_form_that_cannot_be_read_is_an_invalid_request(string fault)
    {
        var rest = fault switch
        {
            "too many parameters" => string.Concat(Enumerable.Range(0, 100).Select(number => $"&p{number}=")),
            "a NUL" => "&client_id=client-a%00",
            _ => $"&{new string('x', 5000)}=",
        };

        AssertRefused(await PostAsync(await EncodedAsync() + rest, FormType), 400);
        Assert.Single(Lines("refused: malformed_request"));
    }

    [Theory]
    [Trait("Rule", "AS-15")]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1", "%00")]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1;", "%00")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16", "")]
    [InlineData("application/x-www-form-urlencodedx", "")]
    [InlineData("application/json", "")]
    [InlineData("text/plain", "")]
    [InlineData("application/x-www-form-urlencoded, text/plain", "")]
    [InlineData("", "")]
    public async Task What_is_no_form_in_UTF_8_is_an_invalid_request(string contentType, string end) =>
        AssertRefused(await PostAsync(await EncodedAsync() + end, contentType), 400);

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded;charset=\"utf-8\"")]
    [InlineData("Application/X-WWW-Form-Urlencoded")]
    [InlineData("application/x-www-form-urlencoded;")] // issue 14, row 15 (RFC 9110 §5.6.6)
    [InlineData("application/x-www-form-urlencoded; ; charset=utf-8 ;")]
    [InlineData("application/x-www-form-urlencoded; charset=ISO-8859-1")]
    [InlineData("application/x-www-form-urlencoded; charset=US-ASCII")]
    public async Task A_form_whose_ASCII_is_that_of_UTF_8_is_read(string contentType) =>
        Assert.Equal(200, (await PostAsync(await EncodedAsync(), contentType)).Status);

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_method_is_an_invalid_request(string method)
    {
        using var form = TokenEndpointFixture.Form(_fixture.MakerA.Make());

        AssertRefused(await _fixture.PostAsync(form, request => request.Method = new HttpMethod(method)), 400);
    }

    [Theory]
    [Trait("Rule", "AS-02")]
    [InlineData("client_secret", " ")]
    [InlineData("client_secret", "secret")]
    [InlineData("CLIENT_SECRET", "secret")]
    public async Task A_secret_beside_an_assertion_is_refused(string name, string value)
    {
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make(), (name, value));

        Assert.Equal((await _fixture.SendAsync("garbage")).Told, answer.Told);
        Assert.Contains("found a client_secret parameter", Assert.Single(Lines("refused: client_secret_sent")), StringComparison.Ordinal);
    }

    /// <summary>Issue 14, row 16 (RFC 9110 §15.5.16).</summary>
    [Theory]
    [InlineData("gzip", 415)]
    [InlineData("identity, br", 415)]
    [InlineData("identity", 200)]
    [InlineData("", 200)]
    public async Task A_compressed_body_is_an_unsupported_media_type(string coding, int status)
    {
        using var form = TokenEndpointFixture.Form(_fixture.MakerA.Make());
        form.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token") { Content = form };
        using var response = await _fixture.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 415)
        {
            Assert.Equal("identity", Assert.Single(response.Headers.GetValues("Accept-Encoding")));
            Assert.Contains(
                "The body is compressed, by its Content-Encoding", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Theory]
    [Trait("Rule", "AS-02")]
    [InlineData("Basic Y2xpZW50LWE6c2VjcmV0")]
    [InlineData("basic Y2xpZW50LWE6")]
    [InlineData("Basic")]
    public async Task Basic_beside_an_assertion_is_refused_and_the_challenge_tells_no_more(string authorization)
    {
        using var form = TokenEndpointFixture.Form(_fixture.MakerA.Make());
        var answer = await _fixture.PostAsync(form, request => request.Headers.TryAddWithoutValidation("Authorization", authorization));

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        Assert.Equal($"Basic realm=\"{_fixture.Issuer}\"", answer.Challenge);
        Assert.Single(Lines("refused: client_secret_sent"));
    }

    [Fact]
    [Trait("Rule", "AS-13")]
    public async Task Every_refusal_names_the_trace_under_which_the_log_has_its_one_line()
    {
        TokenAnswer[] answers =
        [
            await _fixture.SendAsync("garbage"),
            await _fixture.SendAsync(_fixture.MakerA.Make(), ("client_secret", "secret")),
            await _fixture.SendAsync(_fixture.MakerA.Make(), ("client_assertion_type", "other")),
            await _fixture.SendAsync(_fixture.MakerA.Make(), ("grant_type", "password")),
            await _fixture.SendAsync(_fixture.MakerA.Make(), ("grant_type", null)),
            await _fixture.SendAsync(_fixture.MakerA.Make(), ("scope", "other")),
            await PostAsync("", "text/plain"),
            await PostAsync("a=%00", FormType),
        ];

        Assert.Distinct(answers.Select(answer => answer.TraceId));
        Assert.All(answers, answer =>
        {
            Assert.True(answer.NoStore);
            Assert.Equal("application/json", answer.ContentType);
            Assert.Matches("^[0-9a-f]{32}$", answer.TraceId);
            Assert.Single(Lines($"race {answer.TraceId}"), line => line.StartsWith("Warning", StringComparison.Ordinal));
        });
    }

    private static void AssertRefused(TokenAnswer answer, int status)
    {
        Assert.Equal((status, "invalid_request"), (answer.Status, answer.Error));
        Assert.Null(answer.AccessToken);
        Assert.True(answer.NoStore);
    }

    private List<string> Lines(string text) => [.. _fixture.Server.Logs.Lines.Where(line => line.Contains(text, StringComparison.Ordinal))];

    private async Task<string> EncodedAsync()
    {
        using var form = TokenEndpointFixture.Form(_fixture.MakerA.Make());
        return await form.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<TokenAnswer> PostAsync(string body, string contentType)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await _fixture.PostAsync(content);
    }
}
