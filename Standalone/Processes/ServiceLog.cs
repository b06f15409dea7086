using System.Text;

namespace B2BAssertions.Standalone.Processes;

/// <summary>What one service writes, in a file that can be read while it grows; the file of the run before is kept beside it.</summary>
internal sealed class ServiceLog : IDisposable
{
    private const string CannotStart = "Cannot start.";

    private readonly Lock _lock = new();
    private readonly StreamWriter _writer;

    public ServiceLog(string folder, string serviceName)
    {
        File = Path.Combine(folder, $"{serviceName}.log");
        if (System.IO.File.Exists(File))
        {
            System.IO.File.Move(File, $"{File}.1", overwrite: true);
        }

        _writer = new StreamWriter(new FileStream(File, FileMode.Create, FileAccess.Write, FileShare.Read), new UTF8Encoding(false))
        {
            AutoFlush = true,
        };
    }

    public string File { get; }

    /// <summary>The service's own last word on why it could not start; null when it said none.</summary>
    public string? CannotStartLine { get; private set; }

    /// <summary>Copies lines until the service closes its end.</summary>
    public async Task CopyAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(CannotStart, StringComparison.Ordinal))
            {
                CannotStartLine = line;
            }

            Write(line);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _writer.Dispose();
        }
    }

    private void Write(string line)
    {
        lock (_lock)
        {
            try
            {
                _writer.WriteLine(line);
            }
            catch (IOException)
            {
                // A full disk costs the line, not the service: its output has to be read on, or it would block.
            }
        }
    }
}
