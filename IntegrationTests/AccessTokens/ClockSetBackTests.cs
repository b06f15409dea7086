using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>A machine's clock that was an hour ahead and is put right, as the library's own message advises.</summary>
public sealed class ClockSetBackTests : IAsyncLifetime
{
    private readonly TokenSystem _system = new();
    private readonly SettableClock _clock;

    public ClockSetBackTests() => _clock = new SettableClock(_system.Time) { Ahead = TimeSpan.FromHours(1) };

    public async ValueTask InitializeAsync() =>
        await _system.StartAsync(configureAfter: services => services.AddSingleton<TimeProvider>(_clock));

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Theory]
    [Trait("Rule", "PC-05")]
    [InlineData(401, 331)]
    [InlineData(503, 2)]
    public async Task A_wait_after_a_failure_is_not_prolonged(int status, int longestWait)
    {
        _system.Issuer.Instead = request => request.IsPost ? Results.Json(new { error = "invalid_client" }, statusCode: status) : null;
        Assert.NotNull((await GetAsync()).Failure);
        _clock.Ahead = TimeSpan.Zero;
        _system.Issuer.Instead = null;

        Assert.NotNull((await GetAsync()).Failure);
        _system.Time.Advance(TimeSpan.FromSeconds(longestWait));

        Assert.NotNull((await GetAsync()).Token);
    }

    [Fact]
    [Trait("Rule", "PC-04")]
    public async Task A_token_is_given_out_no_longer()
    {
        var old = (await GetAsync()).Token!;
        _clock.Ahead = TimeSpan.Zero;
        Assert.Same(old, (await GetAsync()).Token);

        _system.Time.Advance(old.Lifetime);

        Assert.NotSame(old, (await GetAsync()).Token);
    }

    [Fact]
    [Trait("Rule", "PC-04")]
    public async Task A_token_that_replaced_a_refused_one_can_be_replaced_after_half_a_minute_still()
    {
        Assert.True(_system.Tokens.Invalidate((await GetAsync()).Token!));
        var second = (await GetAsync()).Token!;
        _clock.Ahead = TimeSpan.Zero;
        Assert.False(_system.Tokens.Invalidate(second));

        _system.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.True(_system.Tokens.Invalidate(second));
    }

    private async Task<AccessTokenResult> GetAsync() => await _system.Tokens.GetAsync(TestContext.Current.CancellationToken);
}
