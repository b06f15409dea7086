namespace B2BAssertions.JwksService.Audit;

/// <summary>One change, as operators read it.</summary>
/// <param name="Actor">Client id of who did it, or the id of the enrolment token that was used.</param>
/// <param name="Kid">The key that was changed.</param>
/// <param name="Detail">Reason, times or settings of the change.</param>
/// <param name="Address">Network address it came from.</param>
/// <param name="TraceId">Trace of the request: under it the logs tell more.</param>
internal sealed record AuditRecordView(
    long Id,
    DateTimeOffset At,
    ActorKind ActorKind,
    string Actor,
    AuditAction Action,
    string? Kid,
    string? Detail,
    string? Address,
    string? TraceId)
{
    public static AuditRecordView From(AuditRecord record) => new(
        record.Id,
        record.At,
        record.ActorKind,
        record.Actor,
        record.Action,
        record.KeyId,
        record.Detail,
        record.Address,
        record.TraceId);
}

/// <param name="Next">Address of the next page; null when this is the last.</param>
internal sealed record AuditPage(IReadOnlyList<AuditRecordView> Records, string? Next);
