using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.IntegrationTests.Hosting;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>One host with the sets of two clients: that of A is never answered, that of B always.</summary>
public sealed class HangingSourceTests : IAsyncLifetime
{
    private const int Callers = 50;

    private readonly RawServer _host = new();
    private TokenEndpointFixture _fixture = null!;
    private int _asked;

    public async ValueTask InitializeAsync()
    {
        _fixture = await TokenEndpointFixture.StartAsync(
            ("AuthorizationServer:Clients:0:JwksUri", $"{_host.Address}/a"),
            ("AuthorizationServer:Clients:1:JwksUri", $"{_host.Address}/b"));
        var set = _fixture.MakerB.Set();
        _host.Answer = async (request, connection) =>
        {
            if (request.StartsWith("GET /a ", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _asked);
                await connection.FallSilentAsync();
            }

            await connection.SendAsync(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=30\r\nContent-Length: {set.Length}\r\n\r\n{set}");
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    [Trait("Rule", "JW-07")]
    [Trait("Rule", "JW-02")]
    public async Task Many_requests_of_a_client_whose_source_hangs_share_one_fetch_and_delay_no_other_client_of_the_host()
    {
        var waiting = Enumerable.Range(0, Callers).Select(_ => _fixture.SendAsync(_fixture.MakerA.Make())).ToList();
        await WaitFor.StateAsync("the hanging set is asked for", () => _asked > 0 ? "asked" : null);

        // Each of B's requests needs a fetch of its own.
        for (var request = 1; request <= 3; request++)
        {
            Assert.Equal(200, (await _fixture.SendAsync(_fixture.MakerB.Make())).Status);
            Assert.Equal(request, _host.Requests - _asked);
            _fixture.Time.AdjustTime(_fixture.Time.GetUtcNow() + JwksFreshness.Shortest);
        }

        Assert.DoesNotContain(waiting, answer => answer.IsCompleted);
        _fixture.Time.Advance(ClientJwksFetcher.TimeLimit);
        var answers = await Task.WhenAll(waiting);

        Assert.Equal(1, _asked);
        Assert.All(answers, answer => Assert.Equal((503, "temporarily_unavailable"), (answer.Status, answer.Error)));
    }

    [Fact]
    [Trait("Rule", "JW-02")]
    public async Task A_caller_who_goes_away_does_not_end_the_fetch_of_the_others()
    {
        using var leaving = new CancellationTokenSource();
        using var form = TokenEndpointFixture.Form(_fixture.MakerA.Make());
        var left = _fixture.Server.Client.PostAsync(new Uri("/token", UriKind.Relative), form, leaving.Token);
        await WaitFor.StateAsync("the hanging set is asked for", () => _asked > 0 ? "asked" : null);
        var staying = _fixture.SendAsync(_fixture.MakerA.Make());
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        _fixture.Time.Advance(ClientJwksFetcher.TimeLimit);

        Assert.Equal(503, (await staying).Status);
        Assert.Equal(1, _asked);
    }
}
