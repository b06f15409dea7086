namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>A registered key with its state and times.</summary>
/// <param name="Kid">The key's id, as assertions name it.</param>
/// <param name="Thumbprint">RFC 7638 SHA-256 thumbprint.</param>
/// <param name="Algorithm">PS256 or ES256.</param>
/// <param name="State">Where the key stands in its life now.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="ActivatesAt">From when on every reader of the key set has it, so that it may be signed with.</param>
/// <param name="RetiresAt">When it leaves, or left, the key set; null while nobody retired it.</param>
/// <param name="RevokedAt">When it was revoked; null for others.</param>
/// <param name="Reason">Why it was revoked.</param>
/// <param name="RotationRequestedAt">When an operator asked for a new key in its place; null once the key is to leave.</param>
/// <param name="RotationReason">Why the operator asked for it.</param>
/// <param name="JwksUri">Where the key is published.</param>
internal sealed record KeyView(
    string Kid,
    string Thumbprint,
    string Algorithm,
    KeyState State,
    DateTimeOffset CreatedAt,
    DateTimeOffset ActivatesAt,
    DateTimeOffset? RetiresAt,
    DateTimeOffset? RevokedAt,
    string? Reason,
    DateTimeOffset? RotationRequestedAt,
    string? RotationReason,
    string JwksUri)
{
    public static KeyView From(PartnerKey key, DateTimeOffset now, JwksServiceOptions options) => new(
        key.KeyId,
        key.Thumbprint,
        key.Algorithm,
        key.StateAt(now),
        key.CreatedAt,
        key.ActivatesAt,
        key.RetiresAt,
        key.RevokedAt,
        key.RevocationReason,
        key.IsRotationDueAt(now) ? key.RotationRequestedAt : null,
        key.IsRotationDueAt(now) ? key.RotationReason : null,
        options.JwksUri(key.ClientId));
}

/// <summary>Of all keys that a partner ever had, oldest first.</summary>
/// <param name="Next">Address of the next page; null when this is the last.</param>
internal sealed record KeyPage(IReadOnlyList<KeyView> Keys, string? Next);
