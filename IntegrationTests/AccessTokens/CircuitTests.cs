using System.Globalization;

using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

[Trait("Rule", "PC-05")]
public sealed class CircuitTests : IAsyncLifetime
{
    private readonly TokenSystem _system = new();

    public async ValueTask InitializeAsync() => await _system.StartAsync();

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task While_the_circuit_is_open_the_failure_comes_at_once_with_the_time_of_the_next_try()
    {
        Fail(503);
        var first = await FailureAsync();

        var second = await FailureAsync();

        Assert.Equal("server_unavailable", first.Code);
        Assert.False(first.IsPermanent);
        Assert.Same(first, second);
        Assert.Single(_system.Issuer.TokenRequests);
        Assert.Equal(AccessTokenCircuit.Waiting, _system.Tokens.State.Circuit);
        Assert.InRange(first.RetryAt - _system.Time.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task At_that_time_the_server_is_asked_again_and_a_success_closes_the_circuit()
    {
        Fail(503);
        var failure = await FailureAsync();
        _system.Issuer.Instead = null;
        PassUntil(failure.RetryAt);

        var result = await GetAsync();

        Assert.NotNull(result.Token);
        Assert.Equal(AccessTokenCircuit.Closed, _system.Tokens.State.Circuit);
        Assert.Null(_system.Tokens.State.Failure);
    }

    [Fact]
    public async Task Waits_double_with_jitter_up_to_a_minute()
    {
        Fail(500);
        var waits = new List<double>();
        for (var failures = 0; failures < 8; failures++)
        {
            var failure = await FailureAsync();
            waits.Add((failure.RetryAt - _system.Time.GetUtcNow()).TotalSeconds);
            PassUntil(failure.RetryAt);
        }

        double[] most = [2, 4, 8, 16, 32, 60, 60, 60];
        Assert.All(waits.Zip(most), pair => Assert.InRange(pair.First, pair.Second / 2, pair.Second));
        Assert.Equal(waits.Count, waits.Distinct().Count());
    }

    [Theory]
    [InlineData(429, "90", 90, 99)]
    [InlineData(503, "90", 90, 99)]
    [InlineData(503, "date", 89, 99)]
    [InlineData(503, "86400", 600, 660)]
    [InlineData(503, "0", 1, 2)]
    [InlineData(503, "soon", 1, 2)]
    public async Task Retry_After_is_honoured_in_seconds_and_as_a_date_up_to_ten_minutes(int status, string value, int least, int most)
    {
        var header = value == "date" ? _system.Time.GetUtcNow().AddSeconds(90).ToString("R", CultureInfo.InvariantCulture) : value;
        _system.Issuer.Instead = request => request.IsPost ? StubServers.RetryAfter(status, header) : null;

        var failure = await FailureAsync();

        Assert.InRange((failure.RetryAt - _system.Time.GetUtcNow()).TotalSeconds, least, most);
    }

    [Fact]
    public async Task Invalid_client_is_not_asked_again_for_five_minutes_and_says_to_run_the_doctor()
    {
        Refuse();
        var failure = await FailureAsync();
        _system.Time.Advance(TimeSpan.FromSeconds(299));

        await FailureAsync();

        Assert.Equal("token_refused", failure.Code);
        Assert.Equal("invalid_client", failure.Error);
        Assert.True(failure.IsPermanent);
        Assert.Contains("PartnerClient doctor", failure.WhatToDo, StringComparison.Ordinal);
        Assert.Single(_system.Issuer.TokenRequests);
        Assert.Equal(AccessTokenCircuit.Refused, _system.Tokens.State.Circuit);

        _system.Issuer.Instead = null;
        _system.Time.Advance(TimeSpan.FromSeconds(32));
        Assert.NotNull((await GetAsync()).Token);
    }

    [Theory]
    [InlineData(403, "<html>Forbidden</html>", "text/html")]
    [InlineData(404, "{}", "application/json")]
    [InlineData(400, """{"message":"blocked"}""", "application/json")]
    public async Task An_error_without_a_code_is_of_something_in_between_and_may_pass(int status, string body, string type)
    {
        _system.Issuer.Instead = request => request.IsPost ? Results.Text(body, type, statusCode: status) : null;

        var failure = await FailureAsync();

        Assert.Equal("token_unreadable", failure.Code);
        Assert.False(failure.IsPermanent);
        Assert.Contains($"answered {status}", failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.RetryAt - _system.Time.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task What_was_refused_to_one_key_is_asked_for_at_once_with_another()
    {
        Refuse();
        await FailureAsync();
        _system.Issuer.Instead = null;
        var published = OtherKey.WriteTo(_system);

        var result = await GetAsync();

        Assert.NotNull(result.Token);
        Assert.Equal(published.KeyId, _system.Issuer.Assertions[^1].Kid);
    }

    [Fact]
    public async Task A_failure_costs_a_good_token_nothing()
    {
        var token = (await GetAsync()).Token!;
        Fail(503);
        PassUntil(token.RenewAt);

        Assert.Same(token, (await GetAsync()).Token);
        await Hosting.WaitFor.StateAsync("the failed renewal", () => _system.Tokens.State.Failure);
        Assert.Same(token, (await GetAsync()).Token);
        Assert.Equal(2, _system.Issuer.TokenRequests.Count);
    }

    [Fact]
    public async Task Health_and_metrics_show_the_circuit()
    {
        using var metrics = new RecordedMetrics(_system.Services);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
        Fail(503);
        var waiting = await FailureAsync();
        var degraded = await CheckAsync();
        var whileWaiting = metrics.Read();
        PassUntil(waiting.RetryAt);
        Refuse();
        await FailureAsync();
        var whileRefused = metrics.Read();

        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.Equal("Waiting", degraded.Data["circuit"]);
        Assert.Equal("server_unavailable", degraded.Data["code"]);
        Assert.Equal(waiting.RetryAt, degraded.Data["retryAt"]);
        Assert.Equal(1, whileWaiting["b2b.client.token.circuit"]);
        Assert.Equal(2, whileRefused["b2b.client.token.circuit"]);
        Assert.Equal(1, whileRefused["b2b.client.token.requests server_unavailable"]);
        Assert.Equal(1, whileRefused["b2b.client.token.requests token_refused"]);
        Assert.Equal(2, whileRefused["b2b.client.assertions PS256"]);
    }

    [Fact]
    public async Task An_outage_is_one_warning_and_its_end_one_line()
    {
        Fail(503);
        for (var failures = 0; failures < 3; failures++)
        {
            PassUntil((await FailureAsync()).RetryAt);
        }

        _system.Issuer.Instead = null;
        await GetAsync();

        Assert.Single(_system.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("server_unavailable", StringComparison.Ordinal));
        Assert.Single(_system.Logs.Lines, line => line.StartsWith("Information", StringComparison.Ordinal) && line.Contains("Got an access token", StringComparison.Ordinal));
    }

    private async ValueTask<AccessTokenResult> GetAsync() => await _system.Tokens.GetAsync(TestContext.Current.CancellationToken);

    private async Task<AccessTokenFailure> FailureAsync() => (await GetAsync()).Failure!;

    private async Task<HealthReportEntry> CheckAsync() => (await _system.Services.GetRequiredService<HealthCheckService>()
        .CheckHealthAsync(TestContext.Current.CancellationToken)).Entries[PartnerAccessTokens.HealthCheckName];

    private void Fail(int status) => _system.Issuer.Instead = request => request.IsPost ? Results.StatusCode(status) : null;

    private void Refuse() => _system.Issuer.Instead = request => request.IsPost
        ? Results.Json(new { error = "invalid_client" }, statusCode: 401)
        : null;

    private void PassUntil(DateTimeOffset time) => _system.Time.Advance(time - _system.Time.GetUtcNow());
}
