using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.Jose;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>The last good set of each client, in the database that replicas share and that survives a restart (JW-03).</summary>
internal sealed partial class LastGoodJwksStore(IServiceScopeFactory scopes, TimeProvider timeProvider, ILogger<LastGoodJwksStore> logger)
{
    /// <summary>A set that is the same as before is stored again this often, so that its age is about right.</summary>
    public static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(5);

    /// <summary>How far the clocks of replicas may differ.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>For a request that waited for its client's server already.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Null when there is none, when it was read elsewhere, or when the database does not answer: fetches go on without it, whatever is the
    /// matter with it.
    /// </summary>
    public async Task<HeldJwks?> ReadAsync(string clientId, Uri jwksUri, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ReadTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var row = await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().LastGoodJwks.AsNoTracking()
                .SingleOrDefaultAsync(jwks => jwks.ClientId == clientId && jwks.JwksUri == jwksUri.OriginalString, either.Token);
            return row is not null && JwkSet.TryParse(row.Jwks, out var set, out _) ? new HeldJwks(set, row.FetchedAt) : null;
        }
        catch (Exception exception)
        {
            Log.NotRead(logger, clientId, exception);
            return null;
        }
    }

    /// <summary>
    /// Replaces the client's set, unless another replica stored a newer one, or the same one a moment ago. Only the database knows what is
    /// stored: another replica may have removed it, by its own settings, since this one looked.
    /// </summary>
    public Task WriteAsync(string clientId, Uri jwksUri, string jwks, DateTimeOffset fetchedAt, CancellationToken cancellationToken)
    {
        var at = fetchedAt.ToUnixTimeMilliseconds();
        var renewed = (fetchedAt - RenewAfter).ToUnixTimeMilliseconds();
        return ExecuteAsync(
            $"""
             INSERT INTO "LastGoodJwks" ("ClientId", "JwksUri", "Jwks", "FetchedAt")
             VALUES ({clientId}, {jwksUri.OriginalString}, {jwks}, {at})
             ON CONFLICT ("ClientId") DO UPDATE
             SET "JwksUri" = excluded."JwksUri", "Jwks" = excluded."Jwks", "FetchedAt" = excluded."FetchedAt"
             WHERE ("LastGoodJwks"."FetchedAt" <= excluded."FetchedAt"
                    AND ("LastGoodJwks"."Jwks" <> excluded."Jwks" OR "LastGoodJwks"."FetchedAt" <= {renewed}))
                OR "LastGoodJwks"."FetchedAt" > {Plausible(fetchedAt)}
                OR "LastGoodJwks"."JwksUri" <> excluded."JwksUri"
             """,
            cancellationToken);
    }

    /// <summary>
    /// Puts an empty set in the place of whatever is stored, and of a newer time than that: where the clocks of replicas differ, the keys that
    /// others know must not win.
    /// </summary>
    public Task EndAsync(string clientId, Uri jwksUri, DateTimeOffset at, CancellationToken cancellationToken) => ExecuteAsync(
        $"""
         INSERT INTO "LastGoodJwks" ("ClientId", "JwksUri", "Jwks", "FetchedAt")
         VALUES ({clientId}, {jwksUri.OriginalString}, {JwkSet.Empty.ToJson().ToJsonString()}, {at.ToUnixTimeMilliseconds()})
         ON CONFLICT ("ClientId") DO UPDATE
         SET "JwksUri" = excluded."JwksUri", "Jwks" = excluded."Jwks", "FetchedAt" = CASE
             WHEN "LastGoodJwks"."FetchedAt" BETWEEN excluded."FetchedAt" AND {Plausible(at)} THEN "LastGoodJwks"."FetchedAt" + 1
             ELSE excluded."FetchedAt" END
         """,
        cancellationToken);

    /// <summary>Removes the sets of all other clients.</summary>
    public async Task RemoveAllButAsync(IReadOnlyCollection<string> clientIds, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().LastGoodJwks
            .Where(jwks => !clientIds.Contains(jwks.ClientId))
            .ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>A time that lies further ahead is a clock's fault; it must not keep the row from being replaced.</summary>
    private static long Plausible(DateTimeOffset now) => (now + ClockTolerance).ToUnixTimeMilliseconds();

    private async Task ExecuteAsync(FormattableString sql, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().Database.ExecuteSqlAsync(sql, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The last good JWK Set of client {ClientId} cannot be read from the database.")]
        public static partial void NotRead(ILogger logger, string clientId, Exception exception);
    }
}
