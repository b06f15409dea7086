using System.Diagnostics;
using System.Text;

using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.StandaloneTests;

/// <summary>
/// Standalone as its users run it: a process, with ports of its own. Whatever it started is gone when this is disposed of.
/// </summary>
internal sealed class RunningStandalone : IAsyncDisposable
{
    /// <summary>The collection of tests that start four processes each: one after the other, so that none starves.</summary>
    public const string OneAtATime = "Standalone";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly SemaphoreSlim _newOutput = new(0);

    private RunningStandalone(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public static RunningStandalone Start(string dataDirectory, FreePorts ports, params string[] options) =>
        StartWith([], dataDirectory, ports, options);

    /// <param name="settings">Settings of the services, which inherit the environment.</param>
    public static RunningStandalone StartWith(
        Dictionary<string, string> settings, string dataDirectory, FreePorts ports, params string[] options)
    {
        var start = new ProcessStartInfo(BuiltExecutable.Of("Standalone"), ["--data", dataDirectory, .. ports.AsOptions(), .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[SettingNames.ToEnvironmentVariable(name)] = value;
        }

        return new RunningStandalone(Process.Start(start)!);
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async Task WaitForOutputAsync(string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"Standalone ended before it wrote '{text}': {Error}");
            await _newOutput.WaitAsync(limit.Token);
        }
    }

    /// <summary>SIGKILL, to this process alone: it has no chance to stop anything.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _newOutput.Dispose();
    }

    private void Add(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
            {
                text.AppendLine(line);
            }
        }

        _newOutput.Release();
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
