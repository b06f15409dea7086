using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;

using Microsoft.Extensions.DependencyInjection;

using B2BAssertions.DatabaseDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

public abstract class TelemetryTests(string provider) : RegistryTests(provider)
{
    private const string SourceName = "B2BAssertions.JwksService";

    [Fact]
    public async Task An_enrolment_is_a_span_with_partner_kid_algorithm_and_outcome()
    {
        var submission = Registry.NewSubmission();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await Registry.EnrolAsync(submission);
        using var refused = await Registry.SubmitAsync(submission);

        var kid = submission.Signer.Public.KeyId;
        var span = Assert.Single(spans, span => span.GetTagItem("kid") as string == kid);
        Assert.Equal("submit key", span.OperationName);
        Assert.Equal(Registry.Partner, span.GetTagItem("client_id"));
        Assert.Equal("ES256", span.GetTagItem("alg"));
        Assert.Equal("accepted", span.GetTagItem("outcome"));
        // The listener hears every registry of this process, so the span is known by the trace that the answer names.
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancellation))!;
        var refusal = Assert.Single(spans, span => span.TraceId.ToHexString() == (string?)problem["traceId"]);
        Assert.Equal(("submit key", "enrolment_token_used"), (refusal.OperationName, refusal.GetTagItem("outcome") as string));
    }

    [Fact]
    public async Task Enrolments_and_answers_are_counted_by_outcome()
    {
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        var factory = Registry.Service.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter.Name == SourceName && instrument.Meter.Scope == factory)
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.AddOrUpdate($"{instrument.Name} {tags[0].Value}", value, (_, sum) => sum + value));
        listener.Start();

        await Registry.EnrolAsync(Registry.NewSubmission());
        using var refused = await Registry.SubmitAsync(Registry.NewSubmission());
        var etag = await GetAsync($"/partners/{Registry.Partner}/.well-known/jwks");
        await GetAsync($"/partners/{Registry.Partner}/.well-known/jwks", etag);
        await GetAsync("/partners/nobody/.well-known/jwks");

        Assert.Equal(1, counted["b2b.key.submissions accepted"]);
        Assert.Equal(1, counted["b2b.key.submissions enrolment_token_used"]);
        Assert.Equal(1, counted["b2b.jwks.answers ok"]);
        Assert.Equal(1, counted["b2b.jwks.answers not_modified"]);
        Assert.Equal(1, counted["b2b.jwks.answers partner_unknown"]);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task The_service_tells_that_it_is_well(string path) =>
        Assert.Equal("Healthy", await Registry.Service.Client.GetStringAsync(path, Cancellation));

    private async Task<string?> GetAsync(string path, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch ?? "\"none\"");
        using var response = await Registry.Service.Client.SendAsync(request, Cancellation);
        return response.Headers.ETag?.ToString();
    }
}

public sealed class TelemetryTestsOnSqlite() : TelemetryTests(ServiceDatabase.Sqlite);

public sealed class TelemetryTestsOnPostgreSql() : TelemetryTests(ServiceDatabase.PostgreSql);
