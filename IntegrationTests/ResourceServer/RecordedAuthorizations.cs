using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ResourceServer;

using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>What one service counts as authorizations. Others in this process have counters of the same name.</summary>
internal sealed class RecordedAuthorizations : IDisposable
{
    private readonly ConcurrentQueue<object?> _outcomes = new();
    private readonly MeterListener _listener;

    public RecordedAuthorizations(RunningService service)
    {
        var meters = service.Services.GetRequiredService<IMeterFactory>();
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name == ResourceServerMetrics.AuthorizationsName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _outcomes.Enqueue(tags[0].Value));
        _listener.Start();
    }

    public IEnumerable<object?> Outcomes => _outcomes;

    public void Dispose() => _listener.Dispose();
}
