using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Token;

/// <summary>The access token for all callers: kept until shortly before it ends, one request in flight however many ask (PC-04).</summary>
internal sealed class AccessTokenSource(TokenClient client, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private readonly Lock _gate = new();
    private AccessToken? _current;
    private Task<Outcome<AccessToken>>? _inFlight;

    /// <summary>The newest token, be it still good or not.</summary>
    public AccessToken? Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <param name="cancellationToken">Ends this caller's wait; the request goes on for the others.</param>
    public async Task<Outcome<AccessToken>> GetAsync(CancellationToken cancellationToken)
    {
        Task<Outcome<AccessToken>> request;
        lock (_gate)
        {
            if (_current is { } current && time.GetUtcNow() < current.RenewAt)
            {
                return current;
            }

            // On another thread, so that it cannot end, and clear the field, before the field is set.
            request = _inFlight ??= Task.Run(RequestAsync);
        }

        return await request.WaitAsync(cancellationToken);
    }

    /// <summary>Forgets a token that the API refused, unless another caller has renewed it already.</summary>
    public void Invalidate(AccessToken refused)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_current, refused))
            {
                _current = null;
            }
        }
    }

    private async Task<Outcome<AccessToken>> RequestAsync()
    {
        AccessToken? token = null;
        try
        {
            // Not at ApplicationStopping: by ApplicationStopped every caller has ended its wait, so none takes the stop for a failure.
            var outcome = await client.RequestAsync(lifetime.ApplicationStopped);
            token = outcome.Value;
            return outcome;
        }
        finally
        {
            lock (_gate)
            {
                _inFlight = null;
                _current = token;
            }
        }
    }
}
