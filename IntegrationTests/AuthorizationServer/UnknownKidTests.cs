using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.ClientJwks;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>A kid that the client's set does not hold: is it new, withdrawn, or made up?</summary>
public sealed class UnknownKidTests : IAsyncLifetime
{
    private TokenEndpointFixture _fixture = null!;
    private AssertionMaker _newKey = null!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await TokenEndpointFixture.StartAsync();
        _newKey = new AssertionMaker(RSA.Create(2048), TokenEndpointFixture.ClientA, _fixture.Issuer, _fixture.Time);
    }

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    [Trait("Rule", "JW-02")]
    public async Task An_ordinary_fetch_does_not_use_up_the_fetch_for_an_unknown_kid()
    {
        Assert.Equal(200, await StatusAsync(_fixture.MakerA));
        _fixture.JwksA.Publish(_fixture.MakerA, _newKey);

        Assert.Equal(200, await StatusAsync(_newKey));
    }

    [Fact]
    [Trait("Rule", "JW-02")]
    [Trait("Rule", "JW-07")]
    public async Task A_stranger_who_uses_up_the_refetch_delays_a_new_key_by_10_seconds_at_most()
    {
        Assert.Equal(200, await StatusAsync(_fixture.MakerA));
        Assert.Equal(401, await StrangerAsync());
        _fixture.JwksA.Publish(_fixture.MakerA, _newKey);
        Assert.Equal(401, await StatusAsync(_newKey));

        _fixture.Time.Advance(CachedJwks.UnknownKeyCooldown);
        Assert.Equal(401, await StrangerAsync());
        Assert.Equal(3, _fixture.JwksA.Requests);

        Assert.Equal(200, await StatusAsync(_newKey));
        Assert.Equal(3, _fixture.JwksA.Requests);
    }

    [Fact]
    [Trait("Rule", "JW-06")]
    public async Task While_the_source_is_away_nobody_is_told_that_a_key_does_not_exist()
    {
        Assert.Equal(200, await StatusAsync(_fixture.MakerA));
        _fixture.JwksA.Status = StatusCodes.Status500InternalServerError;

        var unknown = await _fixture.SendAsync(_newKey.Make());
        Assert.Equal((503, "temporarily_unavailable"), (unknown.Status, unknown.Error));
        Assert.Equal(503, await StatusAsync(_newKey));
        Assert.Equal(200, await StatusAsync(_fixture.MakerA));
        Assert.Equal(2, _fixture.JwksA.Requests);
    }

    [Fact]
    [Trait("Rule", "JW-06")]
    public async Task A_key_that_is_missing_in_the_set_of_a_source_that_answers_is_unknown_however_good_it_was()
    {
        Assert.Equal(200, await StatusAsync(_fixture.MakerA));
        _fixture.JwksA.Publish(_newKey);
        _fixture.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(401, await StatusAsync(_fixture.MakerA));
        _fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        _fixture.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(503, await StatusAsync(_fixture.MakerA));
        Assert.Equal(200, await StatusAsync(_newKey));
    }

    [Fact]
    [Trait("Rule", "AS-05")]
    [Trait("Rule", "AS-13")]
    public async Task The_log_tells_which_kids_the_set_holds_and_the_answer_does_not()
    {
        _fixture.JwksA.Publish(_newKey, _fixture.MakerB, _newKey, _newKey, _newKey, _newKey, _newKey);
        foreach (var (key, number) in _fixture.JwksA.Keys.Select((key, number) => (key!, number)))
        {
            key["kid"] = $"kid-{number}";
        }

        var answer = await _fixture.SendAsync(_newKey.Make());

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        Assert.DoesNotContain("kid", answer.Body.GetRawText(), StringComparison.Ordinal);
        const string Holds = "it holds kid-0 (PS256), kid-1 (ES256), kid-2 (PS256), kid-3 (PS256), kid-4 (PS256) and 2 more";
        Assert.Single(_fixture.Server.Logs.Lines, line =>
            line.Contains("refused: key_unknown", StringComparison.Ordinal) && line.Contains(Holds, StringComparison.Ordinal));

        _fixture.JwksA.Keys = [];
        _fixture.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(401, await StatusAsync(_newKey));
        Assert.Single(_fixture.Server.Logs.Lines, line => line.Contains("it holds no key that can be used", StringComparison.Ordinal));
    }

    /// <summary>Whoever knows the client id can do this: nothing needs to be signed for it.</summary>
    private async Task<int> StrangerAsync() => (await _fixture.SendAsync(_fixture.MakerA.Make(
        header => header["kid"] = "made-up", sign: _ => new byte[256]))).Status;

    private async Task<int> StatusAsync(AssertionMaker maker) => (await _fixture.SendAsync(maker.Make())).Status;
}
