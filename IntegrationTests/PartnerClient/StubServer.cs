using System.Collections.Concurrent;

using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

internal sealed record StubRequest(string Method, string PathAndQuery, string? Authorization, string Body, DateTimeOffset At)
{
    /// <summary>Path and query as they were sent, with what is percent-encoded.</summary>
    public required string RawTarget { get; init; }

    /// <summary>The trace that the request belongs to (W3C Trace Context).</summary>
    public required string? TraceParent { get; init; }

    /// <summary>As it was sent, quotes included; null without one.</summary>
    public string? IdempotencyKey { get; init; }

    public string? UserAgent { get; init; }

    public string? AcceptEncoding { get; init; }

    public bool IsGet => Method == HttpMethods.Get;

    public bool IsPost => Method == HttpMethods.Post;

    public string Path => PathAndQuery.Split('?')[0];
}

/// <summary>A server on real Kestrel that takes down what it receives. Its address is reserved at once, so that it can be away.</summary>
internal abstract class StubServer(TimeProvider time) : IAsyncDisposable
{
    private readonly ReservedAddress _reserved = new();
    private readonly ConcurrentQueue<StubRequest> _requests = new();
    private WebApplication? _app;

    public string Address => _reserved.Address;

    public IReadOnlyCollection<StubRequest> Requests => _requests;

    /// <summary>What to answer instead of what is right; null from it for what is right.</summary>
    public Func<StubRequest, IResult?>? Instead { get; set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(_reserved.ListenWith);
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            // At once: a request that this server keeps waiting must not keep the test waiting.
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await _app.StopAsync(now.Token);
            await _app.DisposeAsync();
        }

        _reserved.Dispose();
    }

    protected abstract Task<IResult> AnswerAsync(StubRequest request);

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new StubRequest(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString,
            context.Request.Headers.Authorization,
            await reader.ReadToEndAsync(),
            time.GetUtcNow())
        {
            RawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            UserAgent = context.Request.Headers.UserAgent,
            AcceptEncoding = context.Request.Headers.AcceptEncoding,
            TraceParent = context.Request.Headers.TraceParent,
            IdempotencyKey = context.Request.Headers["Idempotency-Key"],
        };
        _requests.Enqueue(request);
        var result = Instead?.Invoke(request) ?? await AnswerAsync(request);
        await result.ExecuteAsync(context);
    }
}
