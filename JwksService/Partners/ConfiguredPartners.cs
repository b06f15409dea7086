using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Partners;

/// <summary>
/// Puts the configured partners, and the hashes of their enrolment tokens, into the database: after its migration and before the first
/// request. Starting twice, or two replicas at once, changes nothing more. A partner that is no longer configured stays with its keys,
/// because the database, not the configuration, is where those are kept.
/// </summary>
internal sealed class ConfiguredPartners(IServiceScopeFactory scopes, IOptions<JwksServiceOptions> options, TimeProvider time)
    : IHostedService
{
    private const int MaxAttempts = 5;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StoreAllAsync(cancellationToken);
                return;
            }
            catch (DbUpdateException exception) when (exception.IsUniqueViolation() && attempt < MaxAttempts)
            {
                // Another replica stored the same at the same time: what it stored is read in the next attempt.
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StoreAllAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<JwksDbContext>();
        var audit = scope.ServiceProvider.GetRequiredService<AuditTrail>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Always in the same order, in whatever order they are configured: two replicas that start at once do not block each other.
        foreach (var configured in options.Value.Partners.OrderBy(partner => partner.ClientId, StringComparer.Ordinal))
        {
            await StorePartnerAsync(database, audit, configured, cancellationToken);
        }

        await scope.ServiceProvider.GetRequiredService<ConfiguredTokens>().StoreAsync(cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.TellStored();
    }

    private async Task StorePartnerAsync(
        JwksDbContext database,
        AuditTrail audit,
        ConfiguredPartner configured,
        CancellationToken cancellationToken)
    {
        var details = PartnerDetails.From(configured);
        if (await database.Partners.FindAsync([configured.ClientId], cancellationToken) is { } known)
        {
            // Compared before the lock, so that a start that changes nothing waits for nobody; and behind it, for replicas that start at once.
            if (!known.IsAs(details)
                && await database.LockPartnerAsync(configured.ClientId, cancellationToken) is { } locked
                && !locked.IsAs(details))
            {
                audit.Add(locked.ClientId, Actor.Configuration, AuditAction.PartnerChanged, detail: locked.Change(details));
            }

            return;
        }

        var partner = Partner.New(configured.ClientId, details, time.GetUtcNow());
        database.Partners.Add(partner);
        audit.Add(partner.ClientId, Actor.Configuration, AuditAction.PartnerCreated, detail: partner.Description);
    }
}
