using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Standalone.Processes;

/// <summary>Waits until a service says that it can do its work.</summary>
/// <param name="limit">How long it waits; may be infinite.</param>
internal sealed class HealthProbe(TimeSpan limit, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = RequestTimeout };

    /// <exception cref="StandaloneException">It is not healthy in time.</exception>
    public async Task WaitUntilHealthyAsync(ServiceProcess service, CancellationToken cancellationToken)
    {
        using var timeUp = new CancellationTokenSource(limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeUp.Token);
        using var timer = new PeriodicTimer(Interval, timeProvider);
        var address = new Uri(service.Plan.Address + HealthPaths.Health);
        try
        {
            while (!await IsHealthyAsync(address, either.Token))
            {
                await timer.WaitForNextTickAsync(either.Token);
            }
        }
        catch (OperationCanceledException exception) when (timeUp.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StandaloneException(
                $"{service.Plan.Name} is not healthy after {limit.TotalSeconds:0} seconds: see {address} and {service.LogFile}",
                exception);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> IsHealthyAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync(address, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
