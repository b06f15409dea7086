using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Rotation;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>
/// Makes or opens the key before anything else starts: a key that cannot be used ends the process with one sentence, and is no flow
/// that fails again and again.
/// </summary>
internal sealed partial class PartnerKeySource(KeyRing ring, TimeProvider time, ILogger<PartnerKeySource> logger)
    : ISigningKeySource, IHostedLifecycleService
{
    /// <summary>The key of this moment: a rotation may put another in its place, so nobody keeps it.</summary>
    public SigningKey Key => ring.Key;

    /// <summary>Where the key lies, for people.</summary>
    public string File => ring.Location;

    /// <summary>Whether this process made the key pair.</summary>
    public bool Created { get; private set; }

    /// <summary>How long making or opening the key took.</summary>
    public TimeSpan Elapsed { get; private set; }

    public ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Key);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        Created = ring.Open();
        Elapsed = time.GetElapsedTime(start);
        if (Created)
        {
            Log.Created(logger, Key.Public.Algorithm.Name, Key.Kid, File);
        }
        else
        {
            Log.Opened(logger, Key.Public.Algorithm.Name, Key.Kid, File);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Made the {Algorithm} key {Kid} in '{File}'.")]
        public static partial void Created(ILogger logger, string algorithm, string kid, string file);

        [LoggerMessage(LogLevel.Information, "Opened the {Algorithm} key {Kid} in '{File}'.")]
        public static partial void Opened(ILogger logger, string algorithm, string kid, string file);
    }
}
