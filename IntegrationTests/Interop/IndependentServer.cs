using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

using B2BAssertions.IntegrationTests.Hosting;

using Xunit;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>oidc-provider as a process of its own: an authorization server that nobody of this house wrote.</summary>
internal sealed class IndependentServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private IndependentServer(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Issuer { get; private set; } = "";

    /// <summary>All that it said, why it refused a request among it.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>For one client, whose keys are at <paramref name="jwksUri"/>, and one API.</summary>
    public static async Task<IndependentServer> StartAsync(string clientId, string jwksUri, string resource, string scope)
    {
        var server = new IndependentServer(Tool.Start(NodeScripts.Node, NodeScripts.Folder, ["authorization-server.mjs"]));
        try
        {
            await server._process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { clientId, jwksUri, resource, scope }));
            await server._process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            server.Issuer = await WaitFor.StateAsync("the issuer of oidc-provider", server.FindIssuer);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private string? FindIssuer()
    {
        Assert.False(_process.HasExited, $"oidc-provider ended: {Output}");
        return _lines.FirstOrDefault(line => line.StartsWith("{\"issuer\":", StringComparison.Ordinal)) is { } line
            ? JsonSerializer.Deserialize<JsonElement>(line).GetProperty("issuer").GetString()
            : null;
    }
}
