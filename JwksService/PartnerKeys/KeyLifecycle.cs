using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Partners;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>
/// The steps of a key's life that somebody takes (KR-06). A pending key becomes active and a retiring one leaves without any step, when
/// their time comes.
/// </summary>
internal sealed class KeyLifecycle(
    JwksDbContext database,
    PartnerChanges changes,
    AuditTrail audit,
    IOptions<JwksServiceOptions> options)
{
    /// <summary>Makes a pending key active before its time: for who knows that every reader of the set has it.</summary>
    public Task<Checked<PartnerKey>> ActivateAsync(string clientId, string kid, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            clientId,
            kid,
            actor,
            (_, key, now) =>
            {
                if (key.StateAt(now) is not KeyState.Pending)
                {
                    return Task.FromResult<RegistryFault?>(RegistryFault.KeyState(key.StateAt(now), "only a pending key can be activated"));
                }

                key.ActivatesAt = now;
                audit.Add(clientId, actor, AuditAction.KeyActivated, key.KeyId);
                return Task.FromResult<RegistryFault?>(null);
            },
            cancellationToken);

    /// <param name="overlap">How long the key is still published; the configured time when it is null.</param>
    public async Task<Checked<PartnerKey>> RetireAsync(
        string clientId,
        string kid,
        TimeSpan? overlap,
        Actor actor,
        CancellationToken cancellationToken)
    {
        if (overlap is { } chosen && (chosen < TimeSpan.Zero || chosen > JwksServiceOptions.GreatestRetirementOverlap))
        {
            return RegistryFault.MemberInvalid("overlapSeconds", $"0 to {JwksServiceOptions.GreatestRetirementOverlap.TotalSeconds:0}");
        }

        return await ChangeAsync(
            clientId,
            kid,
            actor,
            async (partner, key, now) =>
            {
                if (key.StateAt(now) is not (KeyState.Pending or KeyState.Active))
                {
                    return RegistryFault.KeyState(key.StateAt(now), "only a pending or active key can be retired");
                }

                var retiresAt = now + (overlap ?? options.Value.RetirementOverlap);
                if (await CheckNotLastUsableAsync(partner, key, retiresAt, actor, cancellationToken) is { } fault)
                {
                    return fault;
                }

                key.RetiresAt = retiresAt;
                audit.Add(clientId, actor, AuditAction.KeyRetired, key.KeyId, $"published until {AuditTrail.Text(retiresAt)}");
                return null;
            },
            cancellationToken);
    }

    /// <summary>Takes the key out of the set at once, whatever state it is in.</summary>
    public async Task<Checked<PartnerKey>> RevokeAsync(
        string clientId,
        string kid,
        Reason reason,
        Actor actor,
        CancellationToken cancellationToken) =>
        reason.Check() is { } invalid
            ? invalid
            : await ChangeAsync(
                clientId,
                kid,
                actor,
                async (partner, key, now) =>
                {
                    if (key.RevokedAt is not null)
                    {
                        return RegistryFault.KeyState(KeyState.Revoked, "it needs no second revocation");
                    }

                    if (key.StateAt(now) is not KeyState.Retired
                        && await CheckNotLastUsableAsync(partner, key, now, actor, cancellationToken) is { } fault)
                    {
                        return fault;
                    }

                    key.RevokedAt = now;
                    key.RevocationReason = reason.Text;
                    audit.Add(clientId, actor, AuditAction.KeyRevoked, key.KeyId, reason.Text);
                    return null;
                },
                cancellationToken);

    /// <summary>
    /// Asks that the partner put a new key in the place of this one. The partner reads the wish among its keys; it ends when the key is
    /// retired or revoked. A wish that stands is not made a second time.
    /// </summary>
    public async Task<Checked<PartnerKey>> RequestRotationAsync(
        string clientId,
        string kid,
        Reason reason,
        Actor actor,
        CancellationToken cancellationToken) =>
        reason.Check() is { } invalid
            ? invalid
            : await ChangeAsync(
                clientId,
                kid,
                actor,
                (_, key, now) =>
                {
                    if (key.StateAt(now) is not (KeyState.Pending or KeyState.Active))
                    {
                        return Task.FromResult<RegistryFault?>(
                            RegistryFault.KeyState(key.StateAt(now), "only a pending or active key can be rotated"));
                    }

                    if (key.RotationRequestedAt is null)
                    {
                        key.RotationRequestedAt = now;
                        key.RotationReason = reason.Text;
                        audit.Add(clientId, actor, AuditAction.KeyRotationRequested, key.KeyId, reason.Text);
                    }

                    return Task.FromResult<RegistryFault?>(null);
                },
                cancellationToken);

    /// <summary>
    /// KR-08: a partner cannot shut itself out. Another key that stays, and may be used, must be active when this one leaves; or, where this one
    /// would leave before it is active itself, by the time when it would have been.
    /// </summary>
    private async Task<RegistryFault?> CheckNotLastUsableAsync(
        Partner partner,
        PartnerKey key,
        DateTimeOffset leavesAt,
        Actor actor,
        CancellationToken cancellationToken)
    {
        if (actor.IsOperator)
        {
            return null;
        }

        var others = await database.PartnerKeys
            .Where(other => other.ClientId == key.ClientId && other.Id != key.Id && other.RevokedAt == null && other.RetiresAt == null)
            .ToListAsync(cancellationToken);
        var neededFrom = leavesAt < key.ActivatesAt ? key.ActivatesAt : leavesAt;
        return others.Any(other => partner.AllowedAlgorithms.Contains(other.Algorithm) && other.StaysUsableFrom(neededFrom))
            ? null
            : RegistryFault.KeyLastUsable;
    }

    private Task<Checked<PartnerKey>> ChangeAsync(
        string clientId,
        string kid,
        Actor actor,
        Func<Partner, PartnerKey, DateTimeOffset, Task<RegistryFault?>> change,
        CancellationToken cancellationToken) =>
        changes.ApplyAsync<PartnerKey>(
            clientId,
            actor,
            async (partner, now) =>
            {
                if (await database.FindKeyAsync(clientId, kid, cancellationToken) is not { } key)
                {
                    return RegistryFault.KeyUnknown;
                }

                return await change(partner, key, now) is { } fault ? fault : key;
            },
            cancellationToken);
}
