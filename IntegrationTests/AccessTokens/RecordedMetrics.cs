using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.IntegrationTests.AccessTokens;

/// <summary>What the library of one container measures: the sum of each counter, the newest value of each gauge.</summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _values = new();

    public RecordedMetrics(IServiceProvider services)
    {
        // The source makes the gauges.
        var meters = services.GetRequiredService<IMeterFactory>();
        _ = services.GetRequiredService<IAccessTokenSource>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == PartnerAccessTokens.TelemetryName && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _values.AddOrUpdate($"{instrument.Name}{Tag(tags)}", value, (_, sum) => sum + value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _values[instrument.Name] = value);
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _values[instrument.Name] = value);
        _listener.Start();
    }

    public IReadOnlyDictionary<string, double> Read()
    {
        _listener.RecordObservableInstruments();
        return new Dictionary<string, double>(_values);
    }

    public void Dispose() => _listener.Dispose();

    private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length == 0 ? "" : $" {tags[0].Value}";
}
