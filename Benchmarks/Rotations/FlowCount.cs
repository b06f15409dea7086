using System.Diagnostics.Metrics;

namespace B2BAssertions.Benchmarks.Rotations;

/// <summary>The flows of the partner client itself, by its own metric.</summary>
internal sealed class FlowCount : IDisposable
{
    private const string Flows = "b2b.client.flows";
    private const string Success = "success";

    private readonly MeterListener _listener = new();
    private int _succeeded;
    private int _failed;

    public FlowCount()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == Flows)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var (_, value) in tags)
            {
                Interlocked.Increment(ref (value as string) == Success ? ref _succeeded : ref _failed);
            }
        });
        _listener.Start();
    }

    public int Succeeded => Volatile.Read(ref _succeeded);

    public int Failed => Volatile.Read(ref _failed);

    public void Dispose() => _listener.Dispose();
}
