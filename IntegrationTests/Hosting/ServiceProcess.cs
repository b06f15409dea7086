using System.Collections.Concurrent;
using System.Diagnostics;

using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>A service as a process of its own, which a test can kill; with the system's clock.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ServiceProcess(Process process, string address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = new Uri(address) };
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; }

    public string Output => string.Join('\n', _output);

    /// <summary>Starts it and waits until it is healthy.</summary>
    /// <param name="project">Name of the service's project.</param>
    public static async Task<ServiceProcess> StartAsync(
        string project,
        string address,
        string dataDirectory,
        IReadOnlyDictionary<string, string> settings)
    {
        var executable = BuiltExecutable.Of(project);
        var start = new ProcessStartInfo(executable)
        {
            WorkingDirectory = Path.GetDirectoryName(executable)!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.TryAdd("DOTNET_ROOT", BuiltExecutable.RuntimeRoot);
        start.Environment[SettingNames.AllowHttp] = "true";
        foreach (var (name, value) in settings)
        {
            start.Environment[SettingNames.ToEnvironmentVariable(name)] = value;
        }

        start.Environment[SettingNames.DataDirectory] = dataDirectory;
        // So that it does not outlive the tests, however they end.
        start.Environment[SettingNames.StopWhenStandardInputCloses] = "true";
        start.Environment["ASPNETCORE_URLS"] = address;
        var service = new ServiceProcess(Process.Start(start)!, address);
        try
        {
            await WaitFor.StateAsync($"a healthy {project}", service.ProbeAsync);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL, to this process alone: it has no chance to end anything well.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Tells it to stop and waits until it has, with all that it still had to send.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await WaitForExitAsync();
    }

    public Task WaitForExitAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<string?> ProbeAsync()
    {
        Assert.False(_process.HasExited, $"The service ended: {Output}");
        try
        {
            return await Client.GetStringAsync("/health", TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }
}
