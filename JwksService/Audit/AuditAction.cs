namespace B2BAssertions.JwksService.Audit;

/// <summary>What was done. Keys also change by time alone: when, stands in the record of who set that time.</summary>
internal enum AuditAction
{
    PartnerCreated,
    PartnerChanged,
    PartnerSuspended,
    PartnerResumed,
    EnrolmentTokenCreated,
    EnrolmentTokenRevoked,
    KeySubmitted,
    KeyActivated,
    KeyRetired,
    KeyRevoked,
    KeyRotationRequested,
}
