using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>Finds what other replicas changed, by the partners' revisions. Without the database the sets in memory stay as they are.</summary>
internal sealed class PublishedSetsRefresh(IServiceScopeFactory scopes, PublishedSets publishedSets, DatabaseReach reach, TimeProvider time)
    : BackgroundService
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
            await using var scope = scopes.CreateAsyncScope();
            var database = scope.ServiceProvider.GetRequiredService<JwksDbContext>();
            publishedSets.OutdateAllBut(await database.Partners
                .Select(partner => new { partner.ClientId, partner.Revision })
                .ToDictionaryAsync(partner => partner.ClientId, partner => partner.Revision, cancellationToken));
            reach.Answered();
        }
        catch (Exception exception) when (exception.ComesFromDatabase())
        {
            reach.Failed(exception);
        }
    }
}
