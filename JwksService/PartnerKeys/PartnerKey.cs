using System.Linq.Expressions;

using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>A public key that its partner has proven to hold the private half of.</summary>
internal sealed class PartnerKey
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string ClientId { get; init; }

    /// <summary>The <c>kid</c>, unique among all keys the partner ever had (KR-03).</summary>
    public required string KeyId { get; init; }

    /// <summary>RFC 7638 SHA-256 thumbprint: one key is registered once, whatever kid it comes with.</summary>
    public required string Thumbprint { get; init; }

    public required string Algorithm { get; init; }

    /// <summary>The JWK as it is published: public members, kid, alg and use.</summary>
    public required string Jwk { get; init; }

    public required KeyState State { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; set; }

    /// <summary>When a retiring key leaves the published set.</summary>
    public DateTimeOffset? RetiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public static PartnerKey Active(string clientId, PublicJwk jwk, DateTimeOffset now) => new()
    {
        ClientId = clientId,
        KeyId = jwk.KeyId,
        Thumbprint = jwk.Thumbprint,
        Algorithm = jwk.Algorithm.Name,
        Jwk = jwk.ToJson().ToJsonString(),
        State = KeyState.Active,
        CreatedAt = now,
        ActivatedAt = now,
    };

    /// <summary>KR-06: a pending, active or not yet retired key stands in the partner's set.</summary>
    public static Expression<Func<PartnerKey, bool>> IsPublishedAt(DateTimeOffset now) =>
        key => key.State == KeyState.Pending
            || key.State == KeyState.Active
            || (key.State == KeyState.Retiring && key.RetiresAt > now);
}
