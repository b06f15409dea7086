using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>A partner's JWKS URI on real Kestrel, whose answers a test can change.</summary>
internal sealed class JwksServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private JwksServer(WebApplication app, string address)
    {
        _app = app;
        JwksUri = $"{address}/.well-known/jwks";
        app.Run(AnswerAsync);
    }

    public string JwksUri { get; }

    /// <summary>Requests so far, to any path.</summary>
    public int Requests => _requests;

    /// <summary>Names of the newest request's headers.</summary>
    public IReadOnlySet<string> LastHeaders { get; private set; } = new HashSet<string>();

    public JsonArray Keys { get; set; } = [];

    public string? CacheControl { get; set; } = "public, max-age=300";

    public string ContentType { get; set; } = JwkSet.MediaType;

    public int Status { get; set; } = StatusCodes.Status200OK;

    public string? RedirectTo { get; set; }

    /// <summary>Sent in place of the set.</summary>
    public string? Body { get; set; }

    /// <summary>Awaited before each answer; lets a test hold answers back.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static async Task<JwksServer> StartAsync(params AssertionMaker[] makers)
    {
        using var address = new ReservedAddress();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(address.ListenWith);
        var server = new JwksServer(builder.Build(), address.Address);
        server.Publish(makers);
        await server._app.StartAsync();
        return server;
    }

    public void Publish(params AssertionMaker[] makers) =>
        Keys = new JsonArray([.. makers.Select(maker => JsonNode.Parse(maker.PublicJson().GetRawText()))]);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        LastHeaders = context.Request.Headers.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        Interlocked.Increment(ref _requests);
        await Gate;
        if (RedirectTo is not null)
        {
            context.Response.Redirect(RedirectTo);
            return;
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = CacheControl;
        await context.Response.WriteAsync(Body ?? new JsonObject { ["keys"] = Keys.DeepClone() }.ToJsonString());
    }
}
