using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.PartnerClient.AccessTokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

[Trait("Rule", "PC-04")]
public sealed class RenewalTests : IAsyncLifetime
{
    private readonly TokenSystem _system = new();

    public async ValueTask InitializeAsync() => await _system.StartAsync();

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_hundred_callers_at_once_make_one_request()
    {
        using var answer = HoldTokenRequests();

        var callers = Enumerable.Range(0, 100).Select(_ => GetAsync()).ToArray();
        answer.Set();
        var results = await Task.WhenAll(callers);

        Assert.Single(_system.Issuer.TokenRequests);
        Assert.NotNull(Assert.Single(results.Select(result => result.Token).Distinct()));
    }

    [Fact]
    public async Task From_its_renewal_time_on_the_old_token_is_given_out_while_one_request_renews_it()
    {
        var old = (await GetAsync()).Token!;
        using var answer = HoldTokenRequests();
        PassUntil(old.RenewAt);

        var meanwhile = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync()));
        Assert.All(meanwhile, result => Assert.Same(old, result.Token));

        answer.Set();
        var renewed = await WaitFor.StateAsync("the new token", () => _system.Tokens.State.Token is { } token && token != old ? token : null);
        Assert.Same(renewed, (await GetAsync()).Token);
        Assert.Equal(2, _system.Issuer.TokenRequests.Count);
    }

    [Fact]
    public async Task Before_its_renewal_time_a_token_is_kept()
    {
        var token = (await GetAsync()).Token!;
        PassUntil(token.RenewAt - TimeSpan.FromMilliseconds(1));

        Assert.Same(token, (await GetAsync()).Token);
        Assert.Single(_system.Issuer.TokenRequests);
    }

    [Fact]
    public async Task When_it_is_over_its_callers_wait_for_the_new_one()
    {
        var old = (await GetAsync()).Token!;
        using var answer = HoldTokenRequests();
        PassUntil(old.UsableUntil);

        var caller = GetAsync();
        await WaitFor.StateAsync("the request", () => _system.Issuer.TokenRequests.Count == 2 ? this : null);
        Assert.False(caller.IsCompleted);
        answer.Set();

        Assert.NotSame(old, (await caller).Token);
    }

    [Theory]
    [InlineData(300, 255, 270, 295)]
    [InlineData(60, 42, 48, 55)]
    [InlineData(5, 3.5, 4, 4.5)]
    public async Task Renewal_comes_ahead_of_the_end_by_a_share_with_jitter(int lifetime, double least, double most, double usable)
    {
        _system.Issuer.TokenLifetime = TimeSpan.FromSeconds(lifetime);
        var renewals = new List<double>();
        for (var tokens = 0; tokens < 5; tokens++)
        {
            var token = (await GetAsync()).Token!;
            renewals.Add((token.RenewAt - token.RequestedAt).TotalSeconds);
            Assert.Equal(usable, (token.UsableUntil - token.RequestedAt).TotalSeconds);
            PassUntil(token.UsableUntil);
        }

        Assert.All(renewals, seconds => Assert.InRange(seconds, least, most));
        Assert.Equal(renewals.Count, renewals.Distinct().Count());
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_end_the_request_of_the_others()
    {
        using var answer = HoldTokenRequests();
        using var impatience = new CancellationTokenSource();
        var first = _system.Tokens.GetAsync(impatience.Token).AsTask();
        var second = GetAsync();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.Set();

        Assert.NotNull((await second).Token);
        Assert.Single(_system.Issuer.TokenRequests);
    }

    [Fact]
    public async Task The_text_of_a_token_leaves_by_its_value_alone()
    {
        var token = (await GetAsync()).Token!;

        Assert.DoesNotContain(token.Value, $"{token} {_system.Tokens.State}", StringComparison.Ordinal);
        Assert.Contains(token.Value, _system.Issuer.Tokens);
    }

    private async Task<AccessTokenResult> GetAsync() => await _system.Tokens.GetAsync(TestContext.Current.CancellationToken);

    private ManualResetEventSlim HoldTokenRequests()
    {
        var answer = new ManualResetEventSlim();
        _system.Issuer.Instead = request =>
        {
            if (request.IsPost)
            {
                answer.Wait(TestContext.Current.CancellationToken);
            }

            return null;
        };
        return answer;
    }

    private void PassUntil(DateTimeOffset time) => _system.Time.Advance(time - _system.Time.GetUtcNow());
}
