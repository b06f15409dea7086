using System.Collections.Concurrent;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>
/// Every partner's key set in memory, from its first reader on, so that serving it needs no database; and the client ids of all partners, so
/// that strangers who ask for others never reach it. A change in this process outdates the partner's set at once;
/// <see cref="PublishedSetsRefresh"/> finds the changes of other replicas.
/// </summary>
internal sealed class PublishedSets(IServiceScopeFactory scopes, DatabaseReach reach, TimeProvider time) : IDisposable
{
    /// <summary>Of partners alone. They must leave most connections to those who change something.</summary>
    private const int MaxReadings = 4;

    private readonly SemaphoreSlim _readings = new(MaxReadings);
    private readonly ConcurrentDictionary<string, PartnerSet> _sets = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _changedMeanwhile = new(StringComparer.Ordinal);
    private HashSet<string> _partners = new(StringComparer.Ordinal);
    private bool _partnersAreCurrent;
    private Task _refreshing = Task.CompletedTask;

    /// <summary>How many partners' sets are in memory.</summary>
    public int Count => _sets.Count;

    /// <summary>The set as it is now; null when there is no such partner.</summary>
    public async Task<ServedSet?> FindAsync(string clientId, CancellationToken cancellationToken)
    {
        if (!await IsPartnerAsync(clientId, cancellationToken))
        {
            return null;
        }

        var entry = _sets.GetOrAdd(clientId, id => new PartnerSet(end => ReadAsync(id, end), reach, time));
        try
        {
            return await entry.GetAsync(cancellationToken);
        }
        finally
        {
            if (entry.IsEmpty)
            {
                _sets.TryRemove(KeyValuePair.Create(clientId, entry));
            }
        }
    }

    public void Outdate(string clientId)
    {
        lock (_lock)
        {
            // It may be a new partner, which a refresh that is under way has not seen.
            _changedMeanwhile.Add(clientId);
            _partners.Add(clientId);
        }

        if (_sets.TryGetValue(clientId, out var entry))
        {
            entry.Outdate();
        }
    }

    /// <summary>Reads which partners there are, and outdates the sets that have another revision than the database. One at a time.</summary>
    public Task RefreshAsync()
    {
        lock (_lock)
        {
            if (_refreshing.IsCompleted)
            {
                _changedMeanwhile.Clear();
                _refreshing = Task.Run(ReadPartnersAsync, CancellationToken.None);
            }

            return _refreshing;
        }
    }

    public void Dispose() => _readings.Dispose();

    /// <summary>
    /// From memory. Only while that is not current, at the start and while the database is away, do strangers have it refreshed: all of them
    /// together, by one query at a time.
    /// </summary>
    private async ValueTask<bool> IsPartnerAsync(string clientId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_partnersAreCurrent || _partners.Contains(clientId))
            {
                return _partners.Contains(clientId);
            }
        }

        await RefreshAsync().WaitAsync(cancellationToken);
        lock (_lock)
        {
            return _partners.Contains(clientId);
        }
    }

    private async Task ReadPartnersAsync()
    {
        Dictionary<string, long> stored;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            stored = await scope.ServiceProvider.GetRequiredService<JwksDbContext>().Partners
                .Select(partner => new { partner.ClientId, partner.Revision })
                .ToDictionaryAsync(partner => partner.ClientId, partner => partner.Revision, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception.ComesFromDatabase())
        {
            lock (_lock)
            {
                _partnersAreCurrent = false;
            }

            reach.Failed(exception);
            throw;
        }

        reach.Answered();
        lock (_lock)
        {
            _partners = [.. stored.Keys, .. _changedMeanwhile];
            _partnersAreCurrent = true;
        }

        foreach (var (clientId, entry) in _sets)
        {
            if (entry.Revision is { } revision && (!stored.TryGetValue(clientId, out var current) || current != revision))
            {
                entry.Outdate();
            }
        }
    }

    private async Task<PublishedKeys?> ReadAsync(string clientId, CancellationToken cancellationToken)
    {
        await _readings.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var database = scope.ServiceProvider.GetRequiredService<JwksDbContext>();
            return await database.PublishedKeysAsync(clientId, time.GetUtcNow(), cancellationToken);
        }
        finally
        {
            _readings.Release();
        }
    }
}
