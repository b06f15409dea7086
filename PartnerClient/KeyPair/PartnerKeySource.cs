using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>
/// Makes or opens the key before anything else starts: a key that cannot be used ends the process with one sentence, and is no flow
/// that fails again and again.
/// </summary>
internal sealed partial class PartnerKeySource(KeyFile file, TimeProvider time, ILogger<PartnerKeySource> logger)
    : IHostedLifecycleService, IDisposable
{
    private SigningKey? _key;

    public SigningKey Key => _key ?? throw new InvalidOperationException("The key is read when the service starts.");

    public string File => file.Path;

    /// <summary>Whether this process made the key pair.</summary>
    public bool Created { get; private set; }

    /// <summary>How long making or opening the key took.</summary>
    public TimeSpan Elapsed { get; private set; }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        Created = file.CreateIfMissing();

        // A new key is read back as well: what is on disk is what counts after the next start.
        _key = file.Read();
        Elapsed = time.GetElapsedTime(start);
        if (Created)
        {
            Log.Created(logger, _key.Public.Algorithm.Name, _key.Kid, file.Path);
        }
        else
        {
            Log.Opened(logger, _key.Public.Algorithm.Name, _key.Kid, file.Path);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _key?.Dispose();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Made the {Algorithm} key {Kid} in '{File}'.")]
        public static partial void Created(ILogger logger, string algorithm, string kid, string file);

        [LoggerMessage(LogLevel.Information, "Opened the {Algorithm} key {Kid} in '{File}'.")]
        public static partial void Opened(ILogger logger, string algorithm, string kid, string file);
    }
}
