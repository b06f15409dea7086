using System.Security.Cryptography;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>A one-time permission to register a key, stored as the hash of the token (KR-07).</summary>
internal sealed class EnrolmentToken
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string ClientId { get; init; }

    /// <summary>SHA-256 of the token.</summary>
    public required byte[] TokenHash { get; init; }

    public required EnrolmentTokenSource Source { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>When the token was withdrawn before it was used.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    public static EnrolmentToken New(
        string clientId,
        byte[] hash,
        EnrolmentTokenSource source,
        DateTimeOffset now,
        TimeSpan lifetime) =>
        new()
        {
            ClientId = clientId,
            TokenHash = hash,
            Source = source,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };

    public EnrolmentState StateAt(DateTimeOffset now) => this switch
    {
        { UsedAt: not null } => EnrolmentState.Used,
        { RevokedAt: not null } => EnrolmentState.Revoked,
        _ => ExpiresAt > now ? EnrolmentState.Open : EnrolmentState.Expired,
    };

    public bool HasHash(byte[] hash) => CryptographicOperations.FixedTimeEquals(TokenHash, hash);
}
