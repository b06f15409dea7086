using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

[Trait("Rule", "KR-07")]
public class EnrolmentTests
{
    [Fact]
    public async Task Without_an_enrolment_token_the_failure_says_whom_to_ask_and_what_to_set()
    {
        await using var client = new ClientUnderTest();
        client.Settings.Remove("PartnerClient:EnrolmentToken");

        var report = await client.RunFirstFlowAsync();

        Assert.Equal("not_enrolled", report.Failure!.Code);
        Assert.True(report.Failure.IsPermanent);
        Assert.Contains("Ask the API owner", report.Failure.WhatToDo, StringComparison.Ordinal);
        Assert.Contains("PartnerClient:EnrolmentToken", report.Failure.WhatToDo, StringComparison.Ordinal);
        Assert.Empty(client.Issuer.Requests);
    }

    [Fact]
    public async Task The_token_can_come_from_a_file()
    {
        await using var client = new ClientUnderTest();
        client.Settings.Remove("PartnerClient:EnrolmentToken");
        client.Settings["PartnerClient:EnrolmentTokenFile"] = "token.txt";
        await File.WriteAllTextAsync(
            client.Directory.FileNamed("token.txt"), $"{StubRegistry.EnrolmentToken}\r\n", TestContext.Current.CancellationToken);

        Assert.Null((await client.RunFirstFlowAsync()).Failure);
    }

    [Theory]
    [InlineData(401, "enrolment_token_invalid", "new enrolment token")]
    [InlineData(401, "enrolment_token_used", "new enrolment token")]
    [InlineData(401, "enrolment_token_expired", "new enrolment token")]
    [InlineData(403, "partner_suspended", "suspended")]
    [InlineData(404, "partner_unknown", "PartnerClient:ClientId")]
    [InlineData(400, "jwk_weak", "which keys are accepted")]
    [InlineData(400, "proof_expired", "clock")]
    [InlineData(409, "key_duplicate", "does not publish it")]
    public async Task A_refusal_is_reported_with_the_registry_s_code_and_tried_again_slowly(int status, string code, string whatToDo)
    {
        await using var client = new ClientUnderTest();
        client.Registry.Instead = request => request.IsPost ? StubServers.Problem(status, code) : null;
        var report = await client.RunFirstFlowAsync();

        await client.NextFlowAsync();

        Assert.Equal(code, report.Failure!.Code);
        Assert.Equal("enrolment", report.Failure.Step);
        Assert.True(report.Failure.IsPermanent);
        Assert.Contains(whatToDo, report.Failure.WhatToDo, StringComparison.Ordinal);
        var times = client.Registry.Requests.Where(request => request.IsPost).Select(request => request.At).ToArray();
        Assert.True(times[1] - times[0] >= TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_refusal_without_a_code_has_one_of_ours()
    {
        await using var client = new ClientUnderTest();
        client.Registry.Instead = request => request.IsPost ? Results.Text("<html></html>", "text/html", statusCode: 403) : null;

        Assert.Equal("enrolment_refused", (await client.RunFirstFlowAsync()).Failure!.Code);
    }

    [Fact]
    public async Task An_enrolment_whose_answer_got_lost_is_found_done()
    {
        await using var client = new ClientUnderTest();
        client.Registry.LosesAnswers = true;
        var lost = await client.RunFirstFlowAsync();
        Assert.Equal("server_unavailable", lost.Failure!.Code);

        var next = await client.NextFlowAsync();

        Assert.Null(next.Failure);
        Assert.Equal(1, client.Registry.Enrolments);
    }

    [Fact]
    public async Task A_registry_that_is_away_later_does_not_stop_the_flow()
    {
        await using var client = new ClientUnderTest();
        client.Settings["PartnerClient:PollInterval"] = "00:05:00";
        var first = await client.RunFirstFlowAsync();
        client.Registry.Instead = _ => Results.StatusCode(503);
        await client.NextFlowAsync();

        var report = await client.NextFlowAsync();

        Assert.Null(report.Failure);
        Assert.Equal(first.Jwks!.Kids, report.Jwks!.Kids);
        Assert.Equal(2, report.Orders!.Count);
        Assert.Single(client.Service.Logs.Lines, line => line.Contains("our key was enrolled before", StringComparison.Ordinal));

        client.Registry.Instead = null;
        await client.NextFlowAsync();
        Assert.Single(client.Service.Logs.Lines, line => line.Contains("answers again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_registry_is_looked_at_every_five_minutes_and_every_report_says_what_it_publishes()
    {
        await using var client = new ClientUnderTest();
        client.Settings["PartnerClient:PollInterval"] = "00:01:00";
        var first = await client.RunFirstFlowAsync();
        var looks = client.Registry.Requests.Count;

        var fifth = await client.UntilAsync(report => report.Number == 5);
        Assert.Equal(looks, client.Registry.Requests.Count);
        Assert.Equal(first.Jwks!.Kids, fifth.Jwks!.Kids);

        await client.NextFlowAsync();
        Assert.Equal(looks + 1, client.Registry.Requests.Count);
    }

    [Fact]
    public async Task After_a_refused_token_request_the_registry_is_looked_at_again_at_once()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.Instead = request => request.IsPost ? Results.Json(new { error = "invalid_client" }, statusCode: 401) : null;
        await client.RunFirstFlowAsync();
        var looks = client.Registry.Requests.Count;

        await client.NextFlowAsync();

        Assert.Equal(looks + 1, client.Registry.Requests.Count);
    }

    [Fact]
    public async Task A_registry_that_is_away_at_the_start_stops_the_flow()
    {
        await using var client = new ClientUnderTest();
        await client.RunFirstFlowAsync();
        client.Registry.Instead = _ => Results.StatusCode(503);

        var report = await client.RestartAsync();

        Assert.Equal("server_unavailable", report.Failure!.Code);
        Assert.Equal("enrolment", report.Failure.Step);
    }

    [Theory]
    [InlineData("<html></html>", "text/html")]
    [InlineData("""{"keys":1}""", "application/json")]
    [InlineData("""{"keys":[{"kty":"RSA","d":"AQAB"}]}""", "application/jwk-set+json")]
    public async Task An_answer_that_is_no_JWK_Set_is_a_failure(string body, string type)
    {
        await using var client = new ClientUnderTest();
        client.Registry.Instead = _ => Results.Text(body, type);

        Assert.Equal("jwks_unreadable", (await client.RunFirstFlowAsync()).Failure!.Code);
    }
}
