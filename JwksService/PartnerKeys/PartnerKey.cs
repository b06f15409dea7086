using System.Linq.Expressions;

using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>A public key that its partner has proven to hold the private half of.</summary>
internal sealed class PartnerKey
{
    /// <summary>Most keys that one partner publishes at a time.</summary>
    public const int MaxPublished = 10;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string ClientId { get; init; }

    /// <summary>The <c>kid</c>, unique among all keys the partner ever had (KR-03).</summary>
    public required string KeyId { get; init; }

    /// <summary>RFC 7638 SHA-256 thumbprint: one key is registered once, whatever kid it comes with.</summary>
    public required string Thumbprint { get; init; }

    public required string Algorithm { get; init; }

    /// <summary>The JWK as it is published: public members, kid, alg and use.</summary>
    public required string Jwk { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on the partner may sign with it: every reader of the key set has it by then.</summary>
    public required DateTimeOffset ActivatesAt { get; set; }

    /// <summary>When it leaves the published set, or left it.</summary>
    public DateTimeOffset? RetiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public string? RevocationReason { get; set; }

    /// <summary>When an operator asked that the partner put another key in its place. It says nothing once the key leaves.</summary>
    public DateTimeOffset? RotationRequestedAt { get; set; }

    public string? RotationReason { get; set; }

    public static PartnerKey From(string clientId, PublicJwk jwk, DateTimeOffset now, TimeSpan activationDelay) => new()
    {
        ClientId = clientId,
        KeyId = jwk.KeyId,
        Thumbprint = jwk.Thumbprint,
        Algorithm = jwk.Algorithm.Name,
        Jwk = jwk.ToJson().ToJsonString(),
        CreatedAt = now,
        ActivatesAt = now + activationDelay,
    };

    /// <summary>A pending, active or retiring key stands in the partner's set.</summary>
    public static Expression<Func<PartnerKey, bool>> IsPublishedAt(DateTimeOffset now) =>
        key => key.RevokedAt == null && (key.RetiresAt == null || key.RetiresAt > now);

    public KeyState StateAt(DateTimeOffset now) => this switch
    {
        { RevokedAt: not null } => KeyState.Revoked,
        { RetiresAt: { } retiresAt } => retiresAt <= now ? KeyState.Retired : KeyState.Retiring,
        _ => ActivatesAt <= now ? KeyState.Active : KeyState.Pending,
    };

    /// <summary>Whether an operator's wish is still to be fulfilled: a key that leaves, or has left, fulfils it by that.</summary>
    public bool IsRotationDueAt(DateTimeOffset now) =>
        RotationRequestedAt is not null && StateAt(now) is (KeyState.Pending or KeyState.Active);

    /// <summary>Whether the partner can sign with it then and longer: a key that is about to leave does not count.</summary>
    public bool StaysUsableFrom(DateTimeOffset time) => RevokedAt is null && RetiresAt is null && ActivatesAt <= time;
}
