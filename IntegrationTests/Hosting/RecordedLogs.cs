using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Keeps what a service logs, so that a test can say what must, and what must never, be there.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>One entry per message: level, category, text and exception.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>EF Core keeps loggers for as long as the process lives, and with them what they hold.</summary>
    public void Forget() => _lines.Clear();

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Recorder(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
