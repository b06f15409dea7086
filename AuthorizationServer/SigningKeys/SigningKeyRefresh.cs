using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.KeyFiles;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// Reads the signing keys at start and every few seconds, makes the one that is due, and removes old ones. While the database does not
/// answer, the keys in memory go on by their times.
/// </summary>
internal sealed partial class SigningKeyRefresh(
    IServiceScopeFactory scopes,
    SigningKeyRing ring,
    SigningKeyLoader loader,
    SharedDataProtection protection,
    IOptions<AuthorizationServerOptions> options,
    TimeProvider timeProvider,
    ILogger<SigningKeyRefresh> logger) : BackgroundService
{
    /// <summary>A key that another replica or a command made or withdrew is seen within this.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>Between two attempts to make a key that cannot be made, and between two lines about what goes wrong for longer.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private const string CertificateSetting = $"{DataProtectionOptions.Section}:{nameof(DataProtectionOptions.CertificateFile)}";

    private readonly PeriodicTimer _timer = new(Interval, timeProvider);

    private bool _isAway;
    private long? _rotationFailedAt;
    private long? _failureToldAt;

    /// <exception cref="StartupException">The key whose turn it is cannot be opened, or there is none and none can be made.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeReadyAsync(cancellationToken);
        }
        catch (Exception exception) when (exception.IsDatabaseFailure())
        {
            throw new StartupException(
                $"The signing keys cannot be read from the database, or not be written to it: {exception.GetBaseException().Message}. "
                + "Start again when it answers.",
                exception);
        }

        await base.StartAsync(cancellationToken);
    }

    private async Task MakeReadyAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        WarnOfUnprotectedKeys(scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>());
        var store = scope.ServiceProvider.GetRequiredService<SigningKeyStore>();
        loader.Load(await store.ReadAsync(cancellationToken));
        // Before any new key is made: it would be the only one that opens.
        AssertSignerOpens();
        try
        {
            await store.AddDueAsync(cancellationToken);
            await store.AddForAlgorithmAsync(cancellationToken);
        }
        catch (KeyUnreadableException exception) when (ring.HasSigner)
        {
            TellThatItCannotRotate(exception);
        }
        catch (KeyUnreadableException exception)
        {
            throw new StartupException(
                $"There is no signing key, and none can be made: {exception.Message}. Set {CertificateSetting}, or FormerCertificates, to the "
                + "certificate that protects the data protection keys in the database. If it is lost, so are they: delete those rows of the table "
                + "DataProtectionKeys.",
                exception);
        }

        loader.Load(await store.ReadAsync(cancellationToken));
        AssertSignerOpens();
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(stoppingToken))
            {
                await RefreshAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>Whatever goes wrong, the keys in memory sign on, and it is tried again: what escaped here would end the service.</summary>
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<SigningKeyStore>();
            var timeline = await store.ReadAsync(cancellationToken);
            // First what others did, which may be a withdrawal, and then what is to be done.
            loader.Load(timeline);
            await MakeDueAsync(store, timeline, cancellationToken);
            await store.RemoveAsync(timeline, cancellationToken);
            TellThatItAnswers();
        }
        catch (Exception exception) when (exception.IsDatabaseFailure())
        {
            if (!_isAway)
            {
                _isAway = true;
                Log.Away(logger, exception.GetBaseException().Message);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (HasPassed(_failureToldAt))
            {
                _failureToldAt = timeProvider.GetTimestamp();
                Log.Failed(logger, exception);
            }
        }
    }

    private async Task MakeDueAsync(SigningKeyStore store, SigningKeyTimeline timeline, CancellationToken cancellationToken)
    {
        if (!store.IsDue(timeline, timeProvider.GetUtcNow()))
        {
            ring.RotationFailure = null;
            _rotationFailedAt = null;
            return;
        }

        if (!HasPassed(_rotationFailedAt))
        {
            return;
        }

        try
        {
            await store.AddDueAsync(cancellationToken);
            loader.Load(await store.ReadAsync(cancellationToken));
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !exception.IsDatabaseFailure())
        {
            TellThatItCannotRotate(exception);
        }
    }

    private bool HasPassed(long? since) => since is not { } timestamp || timeProvider.GetElapsedTime(timestamp) >= RetryAfter;

    private void AssertSignerOpens()
    {
        if (ring.UnreadableSigner is { } signer)
        {
            throw new StartupException(
                $"The signing key {signer.KeyId}, whose turn it is, cannot be opened: {signer.Reason}. Only if that cannot be mended "
                + "(docs/operations/signing-keys.md), put a new key in its place, which ends all tokens of this one: "
                + $"'{SigningKeyLoader.WithdrawalOf(signer.KeyId)}'.");
        }
    }

    private void WarnOfUnprotectedKeys(AuthorizationDbContext database)
    {
        if (!options.Value.DataProtection.HasCertificate)
        {
            // A SQLite file is its owner's alone, as the certificate's file would be; a server's database has more readers, and backups.
            if (database is PostgreSqlAuthorizationDbContext)
            {
                Log.Unprotected(logger, CertificateSetting);
            }
        }
        else if (protection.CountUnencrypted() is > 0 and var count)
        {
            Log.OlderThanCertificate(logger, count, CertificateSetting);
        }
    }

    private void TellThatItCannotRotate(Exception exception)
    {
        _rotationFailedAt = timeProvider.GetTimestamp();
        ring.RotationFailure = exception.Message;
        Log.CannotRotate(logger, exception.Message, exception is KeyUnreadableException ? null : exception);
    }

    private void TellThatItAnswers()
    {
        _failureToldAt = null;
        if (_isAway)
        {
            _isAway = false;
            Log.Back(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The signing keys in the database are readable to whoever reads the database: {Setting} is not set.")]
        public static partial void Unprotected(ILogger logger, string setting);

        [LoggerMessage(
            LogLevel.Warning,
            "{Count} data protection keys in the database are older than {Setting} and not encrypted. Run 'AuthorizationServer signing-keys rotate', "
            + "and delete those rows of DataProtectionKeys when the former signing keys are gone.")]
        public static partial void OlderThanCertificate(ILogger logger, int count, string setting);

        [LoggerMessage(LogLevel.Error, "The signing key that is due cannot be made, and the one of before signs on: {Reason}. Next attempt in a minute.")]
        public static partial void CannotRotate(ILogger logger, string reason, Exception? exception);

        [LoggerMessage(LogLevel.Warning, "The signing keys cannot be read from the database; those in memory go on by their times. {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The signing keys cannot be refreshed; those in memory go on by their times.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Information, "The signing keys can be read from the database again.")]
        public static partial void Back(ILogger logger);
    }
}
