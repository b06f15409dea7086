namespace B2BAssertions.PartnerClient.Commands;

/// <summary>What the parts of the worker warn of, on the command's standard error; their other lines are for the log of a service.</summary>
internal sealed class WarningsForPeople(TextWriter error) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Warnings(error, categoryName);

    public void Dispose()
    {
        // The writer is the command's.
    }

    private sealed class Warnings(TextWriter error, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel is >= LogLevel.Warning and < LogLevel.None && category.StartsWith(nameof(B2BAssertions), StringComparison.Ordinal);

        /// <summary>The sentence alone: an exception's text could hold anything (PC-07).</summary>
        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                error.WriteLine($"Warning: {formatter(state, null)}");
            }
        }
    }
}
