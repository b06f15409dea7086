namespace B2BAssertions.JwksService.Audit;

/// <summary>One change, told for good: the database refuses to alter or delete a record (KR-09).</summary>
internal sealed class AuditRecord
{
    public const int MaxActorLength = 255;
    public const int MaxAddressLength = 64;
    public const int MaxDetailLength = 1000;
    public const int TraceIdLength = 32;

    /// <summary>Given by the database; within a partner it grows with every change.</summary>
    public long Id { get; init; }

    public required string ClientId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required ActorKind ActorKind { get; init; }

    public required string Actor { get; init; }

    public required AuditAction Action { get; init; }

    public string? KeyId { get; init; }

    /// <summary>Reason, times or settings of the change; never a secret.</summary>
    public string? Detail { get; init; }

    public string? Address { get; init; }

    public string? TraceId { get; init; }
}
