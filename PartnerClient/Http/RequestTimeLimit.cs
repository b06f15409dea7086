namespace B2BAssertions.PartnerClient.Http;

/// <summary>Cancels a request when its caller does or its time is up.</summary>
internal sealed class RequestTimeLimit : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    public RequestTimeLimit(TimeProvider time, CancellationToken cancellationToken)
    {
        // A little more than the handlers' limit, so that it is theirs that ends a request without an answer.
        _timer = new CancellationTokenSource(Requests.TimeLimit * 1.5, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
    }

    public CancellationToken Token => _linked.Token;

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
