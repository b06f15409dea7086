using System.Collections.Concurrent;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Takes traces, metrics and logs by OTLP over HTTP, and keeps them as they came: protobuf writes texts as they are.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ReservedAddress _address = new();
    private readonly ConcurrentQueue<(string Signal, string Body)> _received = new();
    private WebApplication? _app;

    /// <summary>What makes a service send everything here.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _address.Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        // Room and pace for all that a service logs at Trace: what finds no room is dropped.
        ["OTEL_BLRP_MAX_QUEUE_SIZE"] = "100000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BSP_MAX_QUEUE_SIZE"] = "100000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            _address.ListenWith(kestrel);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new StreamReader(request.Body, Encoding.Latin1);
            _received.Enqueue((signal, await body.ReadToEndAsync()));
            return Results.Bytes([], "application/x-protobuf");
        });
        await _app.StartAsync();
    }

    /// <param name="signal"><c>traces</c>, <c>metrics</c> or <c>logs</c>.</param>
    /// <returns>Each request's body, a byte a character.</returns>
    public IReadOnlyList<string> Received(string signal) => [.. _received.Where(one => one.Signal == signal).Select(one => one.Body)];

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _address.Dispose();
    }
}
