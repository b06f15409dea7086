using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Partners;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>Gives out enrolment tokens and takes them back.</summary>
internal sealed class EnrolmentDesk(
    JwksDbContext database,
    PartnerChanges changes,
    AuditTrail audit,
    IOptions<JwksServiceOptions> options)
{
    public async Task<Checked<CreatedEnrolment>> CreateAsync(
        string clientId,
        int? lifetimeSeconds,
        Actor actor,
        CancellationToken cancellationToken)
    {
        var lifetime = lifetimeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Value.EnrolmentTokenLifetime;
        if (lifetime < JwksServiceOptions.LeastTokenLifetime || lifetime > JwksServiceOptions.GreatestTokenLifetime)
        {
            return RegistryFault.MemberInvalid(
                "lifetimeSeconds",
                $"{JwksServiceOptions.LeastTokenLifetime.TotalSeconds:0} to {JwksServiceOptions.GreatestTokenLifetime.TotalSeconds:0}");
        }

        var text = EnrolmentTokenText.New();
        return await changes.ApplyAsync<CreatedEnrolment>(
            clientId,
            actor,
            (_, now) =>
            {
                var token = EnrolmentToken.New(clientId, EnrolmentTokenText.Hash(text), EnrolmentTokenSource.Operator, now, lifetime);
                database.EnrolmentTokens.Add(token);
                audit.Add(clientId, actor, AuditAction.EnrolmentTokenCreated, detail: DescribeNew(token));
                return Task.FromResult<Checked<CreatedEnrolment>>(new CreatedEnrolment(token.Id, text, token.ExpiresAt));
            },
            cancellationToken);
    }

    public Task<Checked<EnrolmentToken>> RevokeAsync(string clientId, Guid id, Actor actor, CancellationToken cancellationToken) =>
        changes.ApplyAsync<EnrolmentToken>(
            clientId,
            actor,
            async (_, now) =>
            {
                var token = await database.EnrolmentTokens
                    .SingleOrDefaultAsync(row => row.ClientId == clientId && row.Id == id, cancellationToken);
                if (token is null)
                {
                    return RegistryFault.EnrolmentUnknown;
                }

                if (token.StateAt(now) is not EnrolmentState.Open)
                {
                    return RegistryFault.EnrolmentNotOpen(token.StateAt(now));
                }

                token.RevokedAt = now;
                audit.Add(clientId, actor, AuditAction.EnrolmentTokenRevoked, detail: $"{token.Id}");
                return token;
            },
            cancellationToken);

    /// <summary>For the audit trail, which names the token by its id.</summary>
    public static string DescribeNew(EnrolmentToken token) => $"{token.Id}, until {AuditTrail.Text(token.ExpiresAt)}";
}
