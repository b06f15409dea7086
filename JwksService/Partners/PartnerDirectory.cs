using B2BAssertions.DatabaseDefaults;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.JwksService.Jwks;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Partners;

/// <summary>The changes of a partner itself.</summary>
internal sealed class PartnerDirectory(
    JwksDbContext database,
    PartnerChanges changes,
    PublishedSets publishedSets,
    EnrolmentDesk enrolments,
    AuditTrail audit,
    TimeProvider time)
{
    public async Task<Checked<Partner>> AddAsync(NewPartner wanted, Actor actor, CancellationToken cancellationToken)
    {
        if (wanted.Check() is { } fault)
        {
            return fault;
        }

        // Looks first, because EF Core logs a refused insert as an error; the primary key decides.
        if (await database.Partners.AnyAsync(row => row.ClientId == wanted.ClientId, cancellationToken))
        {
            return RegistryFault.PartnerDuplicate;
        }

        var partner = Partner.New(wanted.ClientId, wanted.ToDetails(), time.GetUtcNow());
        database.Partners.Add(partner);
        audit.Add(partner.ClientId, actor, AuditAction.PartnerCreated, detail: partner.Description);
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return RegistryFault.PartnerDuplicate;
        }
        finally
        {
            publishedSets.Outdate(partner.ClientId);
        }

        audit.TellStored();
        return partner;
    }

    /// <summary>Keys that are registered stay as they are, whatever algorithms are allowed from now on.</summary>
    public async Task<Checked<Partner>> ChangeAsync(string clientId, ChangedPartner wanted, Actor actor, CancellationToken cancellationToken) =>
        wanted.Check() is { } fault
            ? fault
            : await changes.ApplyAsync<Partner>(
                clientId,
                actor,
                (partner, _) =>
                {
                    // Who sends the same again, as after a lost answer, changes nothing that the trail would have to tell.
                    var details = wanted.For(partner);
                    if (!partner.IsAs(details))
                    {
                        audit.Add(clientId, actor, AuditAction.PartnerChanged, detail: partner.Change(details));
                    }

                    return Done(partner);
                },
                cancellationToken);

    public async Task<Checked<Partner>> SuspendAsync(string clientId, Reason reason, Actor actor, CancellationToken cancellationToken) =>
        reason.Check() is { } fault
            ? fault
            : await changes.ApplyAsync<Partner>(
                clientId,
                actor,
                async (partner, now) =>
                {
                    if (partner.IsSuspended)
                    {
                        return RegistryFault.PartnerState("suspended already");
                    }

                    partner.SuspendedAt = now;
                    partner.SuspensionReason = reason.Text;
                    audit.Add(clientId, actor, AuditAction.PartnerSuspended, detail: reason.Text);

                    // Whoever holds one could register a key as soon as the partner is resumed.
                    await enrolments.RevokeOpenAsync(clientId, now, actor, cancellationToken);
                    return partner;
                },
                cancellationToken);

    public Task<Checked<Partner>> ResumeAsync(string clientId, Actor actor, CancellationToken cancellationToken) =>
        changes.ApplyAsync<Partner>(
            clientId,
            actor,
            (partner, _) =>
            {
                if (!partner.IsSuspended)
                {
                    return Task.FromResult<Checked<Partner>>(RegistryFault.PartnerState("not suspended"));
                }

                partner.SuspendedAt = null;
                partner.SuspensionReason = null;
                audit.Add(clientId, actor, AuditAction.PartnerResumed);
                return Done(partner);
            },
            cancellationToken);

    private static Task<Checked<Partner>> Done(Partner partner) => Task.FromResult<Checked<Partner>>(partner);
}
