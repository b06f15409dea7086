using System.Net;
using System.Net.Http.Json;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.ProxyTests;

/// <summary>A service with the service defaults and nothing else: it answers what it sees of a request.</summary>
internal sealed class SeenService : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private RunningService? _service;

    public RunningService Service => _service!;

    public static async Task<SeenService> StartAsync(params (string Name, string Value)[] settings)
    {
        var seen = new SeenService();
        using var address = new ReservedAddress();
        try
        {
            seen._service = await RunningService.StartAsync(
                Build, address, seen._directory.Path, settings.ToDictionary(setting => setting.Name, setting => setting.Value));
            return seen;
        }
        catch
        {
            seen._directory.Dispose();
            throw;
        }
    }

    /// <param name="sender">The request comes from 127.0.0.<paramref name="sender"/>.</param>
    /// <param name="headers">Each a line of its own, even of one name.</param>
    public async Task<Seen> SendAsync(int sender, params (string Name, string Value)[] headers)
    {
        using var client = LoopbackSender.ClientAt(sender, Service.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/seen");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<Seen>(TestContext.Current.CancellationToken))!;
    }

    public List<string> Warnings(string text) => [.. Service.Logs.Lines
        .Where(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _directory.Dispose();
    }

    private static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.AddServiceDefaults("seen-service");
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapGet("/seen", (HttpContext context) => new Seen(
            $"{context.Connection.RemoteIpAddress}", context.Request.Scheme, $"{context.Request.Host}", $"{context.Request.PathBase}"));
        return app;
    }
}

internal sealed record Seen(string Sender, string Scheme, string Host, string PathBase);
