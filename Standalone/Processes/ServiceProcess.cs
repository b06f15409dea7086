using System.ComponentModel;
using System.Diagnostics;

namespace B2BAssertions.Standalone.Processes;

/// <summary>One running service. It stops when its standard input closes, so it never outlives this process.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private const string DotnetRoot = "DOTNET_ROOT";

    private readonly Process _process;
    private readonly ServiceLog _log;

    private ServiceProcess(ServicePlan plan, Process process, ServiceLog log)
    {
        Plan = plan;
        _process = process;
        _log = log;
        Ended = WaitForEndAsync();
    }

    public ServicePlan Plan { get; }

    public string LogFile => _log.File;

    /// <summary>Completes with the exit code, when all of the output is in the log.</summary>
    public Task<int> Ended { get; }

    /// <exception cref="StandaloneException">The system refuses to start it.</exception>
    public static ServiceProcess Start(ServicePlan plan, string logFolder)
    {
        var start = new ProcessStartInfo(plan.Executable)
        {
            // A service reads the configuration files beside its executable, not those of the folder Standalone happens to run in.
            WorkingDirectory = Path.GetDirectoryName(plan.Executable)!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.TryAdd(DotnetRoot, BuiltExecutable.RuntimeRoot);
        foreach (var (name, value) in plan.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var log = new ServiceLog(logFolder, plan.Name);
            return new ServiceProcess(plan, Process.Start(start)!, log);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new StandaloneException($"{plan.Name} cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Why it ended, for the person at the terminal.</summary>
    public string DescribeEnd() =>
        $"{Plan.Name} ended with exit code {_process.ExitCode}{(_log.CannotStartLine is { } line ? $" ({line})" : "")}: see {LogFile}";

    /// <summary>Asks the service to stop; it ends the requests under way first.</summary>
    public void AskToStop()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }

    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose()
    {
        _process.Dispose();
        _log.Dispose();
    }

    private async Task<int> WaitForEndAsync()
    {
        var output = Task.WhenAll(_log.CopyAsync(_process.StandardOutput), _log.CopyAsync(_process.StandardError));
        await _process.WaitForExitAsync();
        await output;
        return _process.ExitCode;
    }
}
