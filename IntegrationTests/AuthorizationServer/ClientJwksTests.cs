using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>How often a client's JWK Set is fetched, and what becomes of a bad one.</summary>
public sealed class ClientJwksTests : IAsyncLifetime
{
    private TokenEndpointFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TokenEndpointFixture.StartAsync();

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [Trait("Rule", "JW-01")]
    [InlineData(null, 300)]
    [InlineData("max-age=60", 60)]
    [InlineData("max-age=1", 30)]
    [InlineData("max-age=31536000", 1200)]
    [InlineData("no-store", 30)]
    [InlineData("no-cache", 30)]
    public void A_set_is_fresh_for_its_max_age_between_30_seconds_and_20_minutes(string? cacheControl, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        JwksFreshness.Of(cacheControl is null ? null : CacheControlHeaderValue.Parse(cacheControl), age: null));

    [Fact]
    [Trait("Rule", "JW-01")]
    public void The_time_that_a_cache_on_the_way_kept_the_set_counts() => Assert.Equal(
        TimeSpan.FromSeconds(100),
        JwksFreshness.Of(new CacheControlHeaderValue { MaxAge = TimeSpan.FromSeconds(300) }, TimeSpan.FromSeconds(200)));

    [Fact]
    [Trait("Rule", "JW-01")]
    public async Task A_set_is_fetched_once_while_it_is_fresh_and_again_afterwards()
    {
        _fixture.JwksA.CacheControl = "max-age=60";
        await SendValidAsync();
        _fixture.Time.Advance(TimeSpan.FromSeconds(59));
        await SendValidAsync();
        Assert.Equal(1, _fixture.JwksA.Requests);

        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await SendValidAsync();
        Assert.Equal(2, _fixture.JwksA.Requests);
    }

    /// <summary>A key that the client withdrew while the answer was on its way must not work longer for that.</summary>
    [Fact]
    [Trait("Rule", "JW-01")]
    public async Task The_time_that_the_fetch_took_counts()
    {
        var held = new TaskCompletionSource();
        (_fixture.JwksA.CacheControl, _fixture.JwksA.Gate) = ("max-age=60", held.Task);
        var first = SendValidAsync();
        await WaitFor.StateAsync("a fetch under way", () => _fixture.JwksA.Requests == 1 ? "asked" : null);
        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        held.SetResult();
        await first;

        _fixture.Time.Advance(TimeSpan.FromSeconds(57));
        await SendValidAsync();
        Assert.Equal(1, _fixture.JwksA.Requests);

        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await SendValidAsync();
        Assert.Equal(2, _fixture.JwksA.Requests);
    }

    [Fact]
    [Trait("Rule", "JW-02")]
    public async Task A_new_key_is_found_by_one_refetch_though_the_set_is_fresh()
    {
        await SendValidAsync();
        _fixture.Time.Advance(CachedJwks.UnknownKeyCooldown);
        var newKey = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, _fixture.Issuer, _fixture.Time);
        _fixture.JwksA.Publish(_fixture.MakerA, newKey);

        Assert.Equal(200, (await _fixture.SendAsync(newKey.Make())).Status);
        Assert.Equal(2, _fixture.JwksA.Requests);
    }

    [Fact]
    [Trait("Rule", "JW-02")]
    public async Task Unknown_kids_cause_one_refetch_in_10_seconds_however_many_are_sent()
    {
        await SendValidAsync();
        _fixture.Time.Advance(CachedJwks.UnknownKeyCooldown);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            _fixture.SendAsync(_fixture.MakerA.Make(header => header["kid"] = $"unknown-{number}"))));
        Assert.Equal(2, _fixture.JwksA.Requests);

        _fixture.Time.Advance(CachedJwks.UnknownKeyCooldown);
        await _fixture.SendAsync(_fixture.MakerA.Make(header => header["kid"] = "unknown"));
        Assert.Equal(3, _fixture.JwksA.Requests);
    }

    [Fact]
    [Trait("Rule", "JW-02")]
    public async Task Callers_that_need_a_fetch_at_once_share_one()
    {
        var gate = new TaskCompletionSource();
        _fixture.JwksA.Gate = gate.Task;

        var answers = Enumerable.Range(0, 20).Select(_ => _fixture.SendAsync(_fixture.MakerA.Make())).ToList();
        gate.SetResult();
        await Task.WhenAll(answers);

        Assert.Equal(1, _fixture.JwksA.Requests);
        Assert.All(answers, answer => Assert.Equal(200, answer.Result.Status));
    }

    [Fact]
    [Trait("Rule", "JW-07")]
    public async Task A_client_whose_server_hangs_does_not_delay_another_client()
    {
        var gate = new TaskCompletionSource();
        _fixture.JwksA.Gate = gate.Task;
        var waiting = _fixture.SendAsync(_fixture.MakerA.Make());

        Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerB.Make())).Status);
        Assert.False(waiting.IsCompleted);
        gate.SetResult();
        Assert.Equal(200, (await waiting).Status);
    }

    [Fact]
    public async Task A_set_that_cannot_be_fetched_is_answered_as_temporary_and_tried_again()
    {
        _fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        var answer = await _fixture.SendAsync(_fixture.MakerA.Make());
        Assert.Equal((503, "temporarily_unavailable"), (answer.Status, answer.Error));

        _fixture.JwksA.Status = StatusCodes.Status200OK;
        _fixture.Time.Advance(RetryPause.Shortest);
        await SendValidAsync();
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    public async Task A_set_with_a_private_member_is_refused_whole_and_the_log_says_so()
    {
        _fixture.JwksA.Publish(_fixture.MakerA, _fixture.MakerB);
        _fixture.JwksA.Keys[1]!["d"] = "AQAB";

        var answer = await _fixture.SendAsync(_fixture.MakerA.Make());
        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        Assert.Contains(_fixture.Server.Logs.Lines, line =>
            line.StartsWith("Critical ", StringComparison.Ordinal) && line.Contains("jwk_private", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Rule", "JW-05")]
    [InlineData("text/html", null)]
    [InlineData("application/json; charset=nonsense", 200)]
    [InlineData("application/json", 200)]
    public async Task Only_JSON_is_read_and_always_as_UTF_8(string contentType, int? status)
    {
        _fixture.JwksA.ContentType = contentType;

        Assert.Equal(status ?? 503, (await _fixture.SendAsync(_fixture.MakerA.Make())).Status);
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    public async Task A_set_of_more_than_64_KiB_or_32_keys_is_refused()
    {
        _fixture.JwksA.Keys = [new JsonObject { ["kty"] = new string('x', 64 * 1024) }];
        Assert.Equal(503, (await _fixture.SendAsync(_fixture.MakerA.Make())).Status);

        _fixture.Time.Advance(RetryPause.Shortest);
        _fixture.JwksA.Keys = [.. Enumerable.Range(0, 33).Select(number => new JsonObject { ["kty"] = $"{number}" })];
        Assert.Equal(503, (await _fixture.SendAsync(_fixture.MakerA.Make())).Status);
        Assert.Contains(_fixture.Server.Logs.Lines, line => line.Contains("jwks_too_many_keys", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "JW-05")]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await JwksServer.StartAsync(_fixture.MakerA);
        _fixture.JwksA.RedirectTo = elsewhere.JwksUri;

        Assert.Equal(503, (await _fixture.SendAsync(_fixture.MakerA.Make())).Status);
        Assert.Equal(0, elsewhere.Requests);
    }

    [Fact]
    [Trait("Rule", "JW-06")]
    public async Task A_key_that_is_withdrawn_stops_working_when_the_set_is_no_longer_fresh()
    {
        await SendValidAsync();
        _fixture.JwksA.Keys = [];
        _fixture.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(401, (await _fixture.SendAsync(_fixture.MakerA.Make())).Status);
    }

    private async Task SendValidAsync() => Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerA.Make())).Status);
}
