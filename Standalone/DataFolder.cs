using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Standalone;

/// <summary>The folder of one running system: a folder per service, the logs and the report. One Standalone at a time may use it.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockFileName = "standalone.lock";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    public string Path { get; }

    public string Logs => LogsIn(Path);

    public string FlowReportFile => System.IO.Path.Combine(Path, "flow-report.json");

    /// <exception cref="StandaloneException">It cannot be made or written to, or another Standalone uses it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            DataDirectory.Create(path);
            DataDirectory.Create(LogsIn(path));
            return new DataFolder(path, Lock(path));
        }
        catch (StartupException exception)
        {
            throw exception.InnerException is { } reason ? NotWritable(path, reason) : new StandaloneException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, exception);
        }
    }

    /// <summary>Makes the key of the registry's operator with the first start.</summary>
    /// <returns>Its public half, a JWK Set in JSON.</returns>
    /// <exception cref="StandaloneException">It cannot be made or opened.</exception>
    public string EnsureOperatorKey()
    {
        var folder = Of(OperatorKey.FolderName);
        try
        {
            return OperatorKey.EnsureCreated(folder);
        }
        catch (StartupException exception)
        {
            throw new StandaloneException($"{exception.Message} To start with a new operator's key, delete {folder}.", exception);
        }
    }

    public string Of(string serviceName) => System.IO.Path.Combine(Path, serviceName);

    public void Dispose() => _lock.Dispose();

    private static string LogsIn(string path) => System.IO.Path.Combine(path, "logs");

    /// <summary>The system gives the lock back however the process ends; the file itself stays and means nothing.</summary>
    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, LockFileName);
        try
        {
            return OwnerOnlyFile.OpenAlone(file, FileMode.OpenOrCreate);
        }
        catch (IOException exception) when (OwnerOnlyFile.IsHeldByAnother(exception))
        {
            throw new StandaloneException(
                $"The data directory '{path}' is in use by another Standalone: stop that one, or name another folder with --data.",
                exception);
        }
    }

    private static StandaloneException NotWritable(string path, Exception reason) =>
        new(
            $"The data directory '{path}' cannot be written to ({reason.Message}): name a folder that this user may write to with --data.",
            reason);
}
