namespace B2BAssertions.Standalone.Processes;

/// <summary>The running services: the end of one is the end of all, and none is left when this is disposed of.</summary>
/// <param name="logFolder">Where each has its log.</param>
/// <param name="startLimit">How long one may take to become healthy.</param>
internal sealed class ServiceProcesses(string logFolder, TimeSpan startLimit, TimeProvider timeProvider) : IAsyncDisposable
{
    /// <summary>More than the 10 s that a service itself gives the requests under way: it ends in order before it is killed.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly HealthProbe _probe = new(startLimit, timeProvider);
    private readonly CancellationTokenSource _oneDied = new();
    private readonly List<ServiceProcess> _services = [];
    private readonly List<Task> _watches = [];
    private ServiceProcess? _dead;
    private bool _stopping;

    /// <summary>Cancelled when a service ends that nobody asked to.</summary>
    public CancellationToken OneDied => _oneDied.Token;

    /// <summary>What <see cref="OneDied"/> is about.</summary>
    public StandaloneException Death => new(_dead!.DescribeEnd());

    public ServiceProcess Start(ServicePlan plan)
    {
        var service = ServiceProcess.Start(plan, logFolder);
        _services.Add(service);
        _watches.Add(WatchAsync(service));
        return service;
    }

    /// <exception cref="StandaloneException">It is not healthy in time.</exception>
    public Task WaitUntilHealthyAsync(ServiceProcess service, CancellationToken cancellationToken) =>
        _probe.WaitUntilHealthyAsync(service, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _stopping, true);
        foreach (var service in _services)
        {
            service.AskToStop();
        }

        var allEnded = Task.WhenAll(_watches);
        if (await Task.WhenAny(allEnded, Task.Delay(StopLimit, timeProvider)) != allEnded)
        {
            foreach (var service in _services)
            {
                service.Kill();
            }

            await allEnded;
        }

        foreach (var service in _services)
        {
            service.Dispose();
        }

        _probe.Dispose();
        _oneDied.Dispose();
    }

    private async Task WatchAsync(ServiceProcess service)
    {
        await service.Ended;
        if (!Volatile.Read(ref _stopping) && Interlocked.CompareExchange(ref _dead, service, null) is null)
        {
            await _oneDied.CancelAsync();
        }
    }
}
