namespace B2BAssertions.JwksService.Submission;

/// <summary>A proof of possession that registered a key: it works once. Kept until no proof with its times would be accepted.</summary>
internal sealed class UsedProof
{
    public required string ClientId { get; init; }

    public required string Jti { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
