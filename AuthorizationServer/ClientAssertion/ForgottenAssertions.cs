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
/// is refused; a client's next assertion is not. A server that was stopped leaves a file beside, so that a start long afterwards is not taken
/// for a restored backup.
/// </summary>
internal sealed partial class ForgottenAssertions(
    IServiceScopeFactory scopes,
    DataDirectory directory,
    TimeProvider time,
    ILogger<ForgottenAssertions> logger) : BackgroundService
{
    public const string StoppedFile = "stopped-at";

    /// <summary>From one note that this server runs to the next.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>A server that was killed, and started again at once, has forgotten nothing.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(30);

    /// <summary>Seconds since 1970.</summary>
    private long _forgottenUntil;

    /// <summary>What this server has read or written last, in milliseconds since 1970.</summary>
    private long _newest;

    /// <summary>Whether this assertion may have been used without the database knowing of it.</summary>
    public bool MayInclude(ValidAssertion assertion) => assertion.NotAcceptedBefore <= Volatile.Read(ref _forgottenUntil);

    /// <summary>Before the first request comes: hosted services start in order, and the server's own is the last.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var stoppedAt = TakeStoppedFile();
        var recorded = await ReadAsync(cancellationToken);
        if (recorded is { } at && at != stoppedAt && time.GetUtcNow() - At(at) > LongestGap)
        {
            Forget(at);
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
                if (await ReadAsync(stoppingToken) is var recorded && (recorded is null || recorded < _newest))
                {
                    Forget(recorded ?? 0);
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
            OwnerOnlyFile.Replace(directory.FileNamed(StoppedFile), Encoding.ASCII.GetBytes(_newest.ToString(CultureInfo.InvariantCulture)));
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

    private async Task<long?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().LastActivity
            .Select(activity => (long?)activity.At)
            .SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Replicas share the row, and their clocks differ: the latest stays.</summary>
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().Database.ExecuteSqlAsync(
            $"""
             INSERT INTO "LastActivity" ("Id", "At") VALUES ({LastActivity.OnlyId}, {now})
             ON CONFLICT ("Id") DO UPDATE SET "At" = excluded."At" WHERE "LastActivity"."At" < excluded."At"
             """,
            cancellationToken);
        _newest = now;
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
