using System.Collections.Concurrent;

using B2BAssertions.Benchmarks.Refusals;

namespace B2BAssertions.Benchmarks.Rotations;

/// <summary>
/// Requests of one kind at a steady rate, whether the answers come or not: a server that is slow is not asked less (open loop).
/// </summary>
/// <param name="send">Null when the request succeeded, else a code for what went wrong.</param>
internal sealed class Load(string name, int perSecond, Func<CancellationToken, Task<string?>> send)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _underWay = [];
    private readonly Lock _gate = new();
    private int _sent;
    private int _succeeded;
    private TimeSpan _elapsed;

    public string Name { get; } = name;

    public int PerSecond { get; } = perSecond;

    public Latencies Latencies { get; } = new();

    public int Sent => Volatile.Read(ref _sent);

    public int Succeeded => Volatile.Read(ref _succeeded);

    public int Failed => _failures.Values.Sum();

    public IReadOnlyDictionary<string, int> Failures => _failures;

    public double RateReached => Sent / _elapsed.TotalSeconds;

    /// <summary>Sends until it is stopped, and then waits for the answers that are still to come.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick);
        while (!stop.IsCancellationRequested)
        {
            for (var due = (int)(TimeProvider.System.GetElapsedTime(start).TotalSeconds * PerSecond); _sent < due; Interlocked.Increment(ref _sent))
            {
                _underWay.Add(Task.Run(SendAsync, CancellationToken.None));
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        _elapsed = TimeProvider.System.GetElapsedTime(start);
        await Task.WhenAll(_underWay);
    }

    private async Task SendAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        string? failure;
        try
        {
            failure = await send(CancellationToken.None);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            failure = exception is HttpRequestException { HttpRequestError: var error } ? $"no answer ({error})" : exception.GetType().Name;
        }

        if (failure is not null)
        {
            _failures.AddOrUpdate(failure, 1, (_, count) => count + 1);
            return;
        }

        Interlocked.Increment(ref _succeeded);
        lock (_gate)
        {
            Latencies.Add(TimeProvider.System.GetElapsedTime(start));
        }
    }
}
