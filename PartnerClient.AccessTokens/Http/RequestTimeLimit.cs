namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>Cancels when nobody wants the answer any more, or the time is up.</summary>
internal sealed class RequestTimeLimit : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    public RequestTimeLimit(TimeSpan limit, TimeProvider time, CancellationToken stop)
    {
        _timer = new CancellationTokenSource(limit, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, stop);
    }

    public CancellationToken Token => _linked.Token;

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
