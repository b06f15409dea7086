using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Jwks;

namespace B2BAssertions.JwksService.Partners;

/// <summary>
/// Makes one change of one partner: alone, whole or not at all, and never without its audit record (KR-09, KR-10). A refused change
/// leaves nothing behind.
/// </summary>
internal sealed partial class PartnerChanges(
    JwksDbContext database,
    AuditTrail audit,
    PublishedSets publishedSets,
    TimeProvider time,
    ILogger<PartnerChanges> logger)
{
    /// <param name="change">
    /// Reads what it needs after the partner is locked, so nothing it sees can change under its hands; gets the time of the change.
    /// </param>
    public async Task<Checked<T>> ApplyAsync<T>(
        string clientId,
        Actor actor,
        Func<Partner, DateTimeOffset, Task<Checked<T>>> change,
        CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            var result = await database.LockPartnerAsync(clientId, cancellationToken) switch
            {
                null => RegistryFault.PartnerUnknown,
                { IsSuspended: true } when !actor.IsOperator => RegistryFault.PartnerSuspended,
                var partner => await change(partner, time.GetUtcNow()),
            };
            if (!result.IsSound)
            {
                Log.Refused(logger, actor.Kind, actor.Name, result.Fault.Code, result.Fault.Detail);
                return result;
            }

            await database.SaveChangesAsync(cancellationToken);

            // Not with the request: who hangs up now must not leave a change that no log line tells of.
            await transaction.CommitAsync(CancellationToken.None);
            audit.TellStored();
            return result;
        }
        finally
        {
            // Also after an error: a commit whose answer was lost may have been made.
            publishedSets.Outdate(clientId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Change by {ActorKind} {Actor} refused: {Code}. {Detail}")]
        public static partial void Refused(ILogger logger, ActorKind actorKind, string actor, string code, string detail);
    }
}
