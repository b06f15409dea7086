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
        NewEnrolment wanted,
        Actor actor,
        CancellationToken cancellationToken)
    {
        var lifetime = wanted.LifetimeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Value.EnrolmentTokenLifetime;
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
            async (_, now) =>
            {
                if (!wanted.KeepOthers)
                {
                    await RevokeOpenAsync(clientId, now, actor, cancellationToken);
                }

                var token = EnrolmentToken.New(clientId, EnrolmentTokenText.Hash(text), EnrolmentTokenSource.Operator, now, lifetime);
                database.EnrolmentTokens.Add(token);
                audit.Add(clientId, actor, AuditAction.EnrolmentTokenCreated, detail: DescribeNew(token));
                return new CreatedEnrolment(token.Id, text, token.ExpiresAt);
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

                Revoke(token, now, actor);
                return token;
            },
            cancellationToken);

    /// <summary>
    /// Revokes each token of the partner that is open, also a configured one. For a caller that holds the partner's lock: nobody uses one of
    /// them meanwhile.
    /// </summary>
    public async Task RevokeOpenAsync(string clientId, DateTimeOffset now, Actor actor, CancellationToken cancellationToken)
    {
        var open = await database.EnrolmentTokens
            .Where(token => token.ClientId == clientId && token.UsedAt == null && token.RevokedAt == null && token.ExpiresAt > now)
            .OrderBy(token => token.CreatedAt)
            .ThenBy(token => token.Id)
            .ToListAsync(cancellationToken);
        open.ForEach(token => Revoke(token, now, actor));
    }

    /// <summary>For the audit trail, which names the token by its id.</summary>
    public static string DescribeNew(EnrolmentToken token) => $"{token.Id}, until {AuditTrail.Text(token.ExpiresAt)}";

    private void Revoke(EnrolmentToken token, DateTimeOffset now, Actor actor)
    {
        token.RevokedAt = now;
        audit.Add(token.ClientId, actor, AuditAction.EnrolmentTokenRevoked, detail: $"{token.Id}");
    }
}
