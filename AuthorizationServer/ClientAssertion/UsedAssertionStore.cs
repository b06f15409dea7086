using B2BAssertions.AuthorizationServer.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>Remembers the identifiers of used assertions, so that each works once (AS-10).</summary>
internal sealed class UsedAssertionStore(AuthorizationDbContext database, TimeProvider timeProvider)
{
    public const int SweepBatch = 1000;

    /// <summary>Replicas' clocks differ, clocks are set and the skew is a setting: what is kept longer than needed does no harm.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>One atomic insert; false when the identifier was there already (OpenID Connect Core §9).</summary>
    public async Task<bool> TryUseAsync(ValidAssertion assertion, CancellationToken cancellationToken)
    {
        var inserted = await database.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO "UsedAssertions" ("ClientId", "JwtId", "AcceptableUntil")
             VALUES ({assertion.Client.ClientId}, {assertion.JwtId}, {assertion.AcceptableUntil})
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);
        return inserted == 1;
    }

    /// <summary>Forgets a bounded number of assertions that would be refused as expired anyway; returns how many.</summary>
    public Task<int> ForgetExpiredAsync(CancellationToken cancellationToken)
    {
        var before = (timeProvider.GetUtcNow() - Margin).ToUnixTimeSeconds();
        return database.Database.ExecuteSqlAsync(
            $"""
             DELETE FROM "UsedAssertions" WHERE ("ClientId", "JwtId") IN
             (SELECT "ClientId", "JwtId" FROM "UsedAssertions" WHERE "AcceptableUntil" < {before} LIMIT {SweepBatch})
             """,
            cancellationToken);
    }
}
