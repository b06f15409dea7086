using System.Globalization;
using System.Text;

using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>
/// AS-10 after a backup was restored: the database has forgotten which assertions were used since. Every server writes down in it that it runs,
/// every few seconds. Where that time lies further back than a running server would leave it, whatever may have been used before this moment
/// is refused, by every replica; a client's next assertion is not. A server that was stopped leaves a file beside, so that a start long
/// afterwards is not taken for a restored backup.
/// </summary>
internal sealed partial class ForgottenAssertions(
    IServiceScopeFactory scopes,
    DataDirectory directory,
    TimeProvider time,
    ILogger<ForgottenAssertions> logger) : BackgroundService
{
    private const string StoppedFile = "stopped-at";

    /// <summary>From one note that this server runs to the next.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>A server that was killed, and started again at once, has forgotten nothing.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(30);

    /// <summary>Seconds since 1970; 0 for never. It is in the database too, for the replicas.</summary>
    private long _forgottenUntil;

    /// <summary>What this server has written last, in milliseconds since 1970.</summary>
    private long _written;

    /// <summary>Whether this assertion may have been used without the database knowing of it.</summary>
    public bool MayInclude(ValidAssertion assertion) => assertion.NotAcceptedBefore <= Volatile.Read(ref _forgottenUntil);

    /// <summary>Before the first request comes: hosted services start in order, and the server's own is the last.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var stoppedAt = TakeStoppedFile();
        var recorded = await ReadAsync(cancellationToken);
        if (recorded is not null && recorded.At != stoppedAt && time.GetUtcNow() - At(recorded.At) > LongestGap)
        {
            Forget(recorded.At);
        }

        await WriteAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // Restored while this server runs.
                if (await ReadAsync(stoppingToken) is var recorded && (recorded is null || recorded.At < _written))
                {
                    Forget(recorded?.At ?? 0);
                }

                await WriteAsync(stoppingToken);
            }
            catch (Exception exception) when (exception.ComesFromDatabase())
            {
                // The health and the token requests tell of it; the next turn looks again.
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await WriteAsync(cancellationToken);
            OwnerOnlyFile.Replace(directory.FileNamed(StoppedFile), Encoding.ASCII.GetBytes(_written.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Exception exception) when (exception.ComesFromDatabase() || exception is IOException or UnauthorizedAccessException)
        {
            // Then the next start is as after a crash.
        }
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private void Forget(long recorded)
    {
        var now = time.GetUtcNow();
        Volatile.Write(ref _forgottenUntil, now.ToUnixTimeSeconds());
        Log.Forgotten(logger, At(recorded), now);
    }

    private long? TakeStoppedFile()
    {
        var file = directory.FileNamed(StoppedFile);
        try
        {
            var text = File.ReadAllText(file);
            File.Delete(file);
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Also what another replica has noticed.</summary>
    private async Task<LastActivity?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var recorded = await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().LastActivity.AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        if (recorded?.ForgottenUntil > Volatile.Read(ref _forgottenUntil))
        {
            Volatile.Write(ref _forgottenUntil, recorded.ForgottenUntil);
        }

        return recorded;
    }

    /// <summary>Replicas share the row, and their clocks differ: the latest of each time stays.</summary>
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().Database.ExecuteSqlAsync(
            $"""
             INSERT INTO "LastActivity" ("Id", "At", "ForgottenUntil") VALUES ({LastActivity.OnlyId}, {now}, {Volatile.Read(ref _forgottenUntil)})
             ON CONFLICT ("Id") DO UPDATE SET
             "At" = CASE WHEN "LastActivity"."At" < excluded."At" THEN excluded."At" ELSE "LastActivity"."At" END,
             "ForgottenUntil" = CASE WHEN "LastActivity"."ForgottenUntil" < excluded."ForgottenUntil"
             THEN excluded."ForgottenUntil" ELSE "LastActivity"."ForgottenUntil" END
             """,
            cancellationToken);
        _written = now;
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "The database was last in use at {RecordedAt:O}, by its own record: it may be a restored backup, which has forgotten the assertions that "
            + "were used since. Assertions that may have been used before {Now:O} are refused (assertion_possibly_used); each client's next one is not.")]
        public static partial void Forgotten(ILogger logger, DateTimeOffset recordedAt, DateTimeOffset now);
    }
}
