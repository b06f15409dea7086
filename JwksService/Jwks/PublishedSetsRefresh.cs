using B2BAssertions.DatabaseDefaults;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>Finds what other replicas changed, by the partners' revisions. Without the database the sets in memory stay as they are.</summary>
internal sealed class PublishedSetsRefresh(PublishedSets publishedSets, TimeProvider time) : BackgroundService
{
    /// <summary>A change elsewhere is seen after this and the time of two small queries: within the 5 seconds that are promised.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Runs from the service's start on, whenever the background work comes to its turn.</summary>
    private readonly PeriodicTimer _timer = new(Interval, time);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(stoppingToken))
            {
                await RefreshAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await publishedSets.RefreshAsync().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception.ComesFromDatabase())
        {
            // Told already; the next tick tries again.
        }
    }
}
