using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>A source of keys that blocks its thread and knows of no cancellation, as the driver of a hardware token may.</summary>
[Trait("Rule", "PC-05")]
public sealed class HangingKeyTests : IAsyncLifetime
{
    private readonly TokenSystem _system = new();
    private readonly HangingKeys _keys;

    public HangingKeyTests() => _keys = new HangingKeys(SigningKey.From(KeyFileMaker.Open(_system.KeyFile)));

    public async ValueTask InitializeAsync() =>
        await _system.StartAsync(configureAfter: services => services.AddSingleton<ISigningKeySource>(_keys));

    public async ValueTask DisposeAsync()
    {
        _keys.Answers.Set();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task A_source_that_hangs_is_a_failure_in_time_and_passes_when_it_answers_again()
    {
        _keys.Answers.Reset();
        var caller = GetAsync();
        await WaitFor.StateAsync("the question for the key", () => _keys.Asked == 1 ? this : null);

        _system.Time.Advance(TimeSpan.FromSeconds(15));
        var failure = (await caller.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Failure!;

        Assert.Equal("signing_key_unavailable", failure.Code);
        Assert.IsType<TimeoutException>(failure.Cause);
        Assert.Equal(AccessTokenCircuit.Waiting, _system.Tokens.State.Circuit);
        _keys.Answers.Set();
        _system.Time.Advance(failure.RetryAt - _system.Time.GetUtcNow());
        Assert.NotNull((await GetAsync()).Token);
    }

    [Fact]
    public async Task After_a_refusal_callers_ask_a_hanging_source_once_and_get_the_refusal_in_time()
    {
        _system.Issuer.Instead = request => request.IsPost ? Results.Json(new { error = "invalid_client" }, statusCode: 401) : null;
        Assert.Equal("token_refused", (await GetAsync()).Failure!.Code);
        _keys.Answers.Reset();

        var callers = Enumerable.Range(0, 20).Select(_ => GetAsync()).ToArray();
        await WaitFor.StateAsync("the question for the key", () => _keys.Asked == 2 ? this : null);
        _system.Time.Advance(TimeSpan.FromSeconds(15));
        var results = await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.All(results, result => Assert.Equal("token_refused", result.Failure!.Code));
        Assert.Equal(2, _keys.Asked);
    }

    private Task<AccessTokenResult> GetAsync() => _system.Tokens.GetAsync(TestContext.Current.CancellationToken).AsTask();

    private sealed class HangingKeys(SigningKey key) : ISigningKeySource
    {
        private int _asked;

        public ManualResetEventSlim Answers { get; } = new(initialState: true);

        public int Asked => Volatile.Read(ref _asked);

        public ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            Answers.Wait(CancellationToken.None);
            return ValueTask.FromResult(key);
        }
    }
}
