using System.Collections.Concurrent;

using B2BAssertions.JwksService.Database;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>
/// Every partner's key set in memory, from its first reader on, so that serving it needs no database. A change in this process outdates
/// the partner's set at once; <see cref="PublishedSetsRefresh"/> finds the changes of other replicas.
/// </summary>
internal sealed class PublishedSets(IServiceScopeFactory scopes, DatabaseReach reach, TimeProvider time) : IDisposable
{
    /// <summary>Anyone may ask for any partner: readings must leave most connections to those who change something.</summary>
    private const int MaxReadings = 8;

    private readonly SemaphoreSlim _readings = new(MaxReadings);
    private readonly ConcurrentDictionary<string, PartnerSet> _sets = new(StringComparer.Ordinal);

    /// <summary>How many partners' sets are in memory.</summary>
    public int Count => _sets.Count;

    /// <summary>The set as it is now; null when there is no such partner.</summary>
    public async Task<PublishedSet?> FindAsync(string clientId, CancellationToken cancellationToken)
    {
        var entry = _sets.GetOrAdd(clientId, id => new PartnerSet(() => ReadAsync(id), reach, time));
        try
        {
            return await entry.GetAsync(cancellationToken);
        }
        finally
        {
            if (entry.IsEmpty)
            {
                // Whoever asks for partners that do not exist must not fill the memory.
                _sets.TryRemove(KeyValuePair.Create(clientId, entry));
            }
        }
    }

    public void Outdate(string clientId)
    {
        if (_sets.TryGetValue(clientId, out var entry))
        {
            entry.Outdate();
        }
    }

    /// <summary>Outdates what has another revision than the database.</summary>
    public void OutdateAllBut(IReadOnlyDictionary<string, long> stored)
    {
        foreach (var (clientId, entry) in _sets)
        {
            if (entry.Revision is { } revision && (!stored.TryGetValue(clientId, out var current) || current != revision))
            {
                entry.Outdate();
            }
        }
    }

    public void Dispose() => _readings.Dispose();

    private async Task<PublishedKeys?> ReadAsync(string clientId)
    {
        await _readings.WaitAsync(CancellationToken.None);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var database = scope.ServiceProvider.GetRequiredService<JwksDbContext>();
            return await database.PublishedKeysAsync(clientId, time.GetUtcNow(), CancellationToken.None);
        }
        finally
        {
            _readings.Release();
        }
    }
}
