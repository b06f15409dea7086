using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

public class TokenAnswerTests
{
    [Theory]
    [InlineData("write")]
    [InlineData("readonly")]
    [InlineData("")]
    public async Task A_token_without_the_scope_that_was_asked_for_is_not_used(string granted)
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Scope = granted;

        var report = await client.RunFirstFlowAsync();

        AssertFailure(report, "scope_not_granted", isPermanent: true);
        Assert.Empty(client.Orders.Requests);
    }

    [Fact]
    public async Task A_token_of_another_type_is_not_used()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.TokenType = "DPoP";

        AssertFailure(await client.RunFirstFlowAsync(), "token_type_unsupported", isPermanent: true);
    }

    [Fact]
    public async Task The_token_type_is_case_insensitive()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.TokenType = "bearer";

        Assert.Null((await client.RunFirstFlowAsync()).Failure);
    }

    [Theory]
    [InlineData("""{"access_token":"a token","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"a\r\nX-Injected: 1","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"a","access_token":"b","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"\ud800","token_type":"Bearer"}""")]
    [InlineData("""{"token_type":"Bearer"}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("")]
    [InlineData("<html>Sign in to the wireless network</html>")]
    public async Task An_answer_that_is_none_of_a_token_endpoint_is_a_failure(string body)
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.Text(body, "application/json") : null;

        AssertFailure(await client.RunFirstFlowAsync(), "token_unreadable", isPermanent: false);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_counts_as_none()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.Text(new string(' ', 2 * 1024 * 1024), "application/json") : null;

        var report = await client.RunFirstFlowAsync();

        AssertFailure(report, "server_unavailable", isPermanent: false);
        Assert.Contains("too long", report.Failure!.Message, StringComparison.Ordinal);
    }

    /// <summary>JSON is UTF-8 and has no charset parameter (RFC 8259 §8.1, §11); of this name .NET knows none.</summary>
    [Fact]
    public async Task A_charset_of_the_answer_means_nothing()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost
            ? Results.Bytes("""{"access_token":"opaque","token_type":"Bearer"}"""u8.ToArray(), "application/json; charset=utf8")
            : null;
        client.Orders.Instead = _ => Results.Json(new { orders = Array.Empty<int>() });

        Assert.Null((await client.RunFirstFlowAsync()).Failure);
    }

    [Theory]
    [InlineData(400, "invalid_scope")]
    [InlineData(401, "invalid_client")]
    [InlineData(403, "access_denied")]
    public async Task A_refusal_is_reported_with_the_error_code_of_the_server(int status, string error)
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost
            ? Results.Json(new { error, error_description = "text from outside" }, statusCode: status)
            : null;

        var report = await client.RunFirstFlowAsync();

        AssertFailure(report, "token_refused", isPermanent: true);
        Assert.Contains(error, report.Failure!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("text from outside", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_code_that_is_no_code_is_not_repeated()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.Json(new { error = "no\ncode" }, statusCode: 400) : null;

        var report = await client.RunFirstFlowAsync();

        AssertFailure(report, "token_unreadable", isPermanent: false);
        Assert.DoesNotContain('\n', report.Failure!.Message);
    }

    [Fact]
    public async Task An_assertion_follows_no_redirect()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.Redirect(client.Orders.Address, preserveMethod: true) : null;

        AssertFailure(await client.RunFirstFlowAsync(), "token_unreadable", isPermanent: false);
        Assert.Empty(client.Orders.Requests);
    }

    [Fact]
    public async Task An_opaque_token_works_and_is_reported_without_claims()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.Json(new { access_token = "opaque", token_type = "Bearer" }) : null;
        client.Orders.Instead = request => request.Authorization == "Bearer opaque"
            ? Results.Json(new { orders = Array.Empty<int>() })
            : null;

        var report = await client.RunFirstFlowAsync();

        Assert.Null(report.Failure);
        Assert.Equal("read", report.Token!.Scope);
        Assert.Null(report.Token.Claims);
        Assert.Equal(60, report.Token.ExpiresInSeconds);
    }

    /// <summary>RFC 6749 §5.1 wants a number of seconds; what some servers send instead is read where it says what is meant.</summary>
    [Theory]
    [InlineData("\"300\"", 300)]
    [InlineData("86401", 86400)]
    [InlineData("2147483648", 86400)]
    [InlineData("300.0", 60)]
    [InlineData("0", 60)]
    [InlineData("-1", 60)]
    [InlineData("null", 60)]
    [InlineData("\"\"", 60)]
    public async Task A_lifetime_in_another_form_is_read_or_counts_as_not_stated(string expiresIn, int seconds)
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost
            ? Results.Text($$"""{"access_token":"opaque","token_type":"Bearer","expires_in":{{expiresIn}}}""", "application/json")
            : null;
        client.Orders.Instead = _ => Results.Json(new { orders = Array.Empty<int>() });

        var report = await client.RunFirstFlowAsync();

        Assert.Equal(seconds, report.Token!.ExpiresInSeconds);
    }

    private static void AssertFailure(B2BAssertions.PartnerClient.Flow.FlowReport report, string code, bool isPermanent)
    {
        Assert.Equal(code, report.Failure?.Code);
        Assert.Equal("token", report.Failure!.Step);
        Assert.Equal(isPermanent, report.Failure.IsPermanent);
        Assert.Null(report.Orders);
    }
}
