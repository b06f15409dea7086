using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using B2BAssertions.AuthorizationServer;
using B2BAssertions.AuthorizationServer.ClientJwks;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>What the metrics say of clients' sets.</summary>
public sealed class ClientJwksTelemetryTests
{
    [Fact]
    [Trait("Rule", "JW-03")]
    public async Task Fetches_lookups_and_last_good_sets_in_use_are_counted()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        var measured = new ConcurrentDictionary<string, long>();
        using var listener = Listen(fixture, measured);

        await fixture.SendAsync(fixture.MakerA.Make());
        await fixture.SendAsync(fixture.MakerA.Make());
        listener.RecordObservableInstruments();
        Assert.Equal(0, measured["b2b.client_jwks.last_good "]);

        fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        fixture.Time.Advance(JwksFreshness.WhenUnstated);
        await fixture.SendAsync(fixture.MakerA.Make());
        fixture.JwksB.Status = StatusCodes.Status500InternalServerError;
        await fixture.SendAsync(fixture.MakerB.Make());
        measured.TryRemove("b2b.client_jwks.last_good ", out _);
        listener.RecordObservableInstruments();

        Assert.Equal(1, measured["b2b.client_jwks.last_good "]);
        Assert.Equal(1, measured["b2b.client_jwks.fetches ok"]);
        Assert.Equal(2, measured["b2b.client_jwks.fetches jwks_unreachable"]);
        Assert.Equal(1, measured["b2b.client_jwks.fetch.duration ok"]);
        Assert.Equal(2, measured["b2b.client_jwks.fetch.duration jwks_unreachable"]);
        Assert.Equal(1, measured["b2b.client_jwks.lookups source"]);
        Assert.Equal(1, measured["b2b.client_jwks.lookups cache"]);
        Assert.Equal(1, measured["b2b.client_jwks.lookups last-good"]);
        Assert.Equal(1, measured["b2b.client_jwks.lookups none"]);
    }

    /// <summary>Sums what is counted, and counts the durations.</summary>
    private static MeterListener Listen(TokenEndpointFixture fixture, ConcurrentDictionary<string, long> measured)
    {
        var factory = fixture.Server.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Meter.Name == AuthorizationServerTelemetry.Name && instrument.Meter.Scope == factory)
                {
                    it.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        listener.Start();
        return listener;

        void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => measured.AddOrUpdate(
            $"{instrument.Name} {(tags.IsEmpty ? null : tags[0].Value)}", value, (_, sum) => sum + value);
    }
}
