namespace B2BAssertions.JwksService.Enrolment;

/// <summary>What has become of an enrolment token.</summary>
internal enum EnrolmentState
{
    Open,
    Used,
    Expired,
    Revoked,
}

/// <summary>An enrolment token without the token.</summary>
internal sealed record EnrolmentView(
    Guid Id,
    EnrolmentState State,
    EnrolmentTokenSource Source,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? UsedAt,
    DateTimeOffset? RevokedAt)
{
    public static EnrolmentView From(EnrolmentToken token, DateTimeOffset now) => new(
        token.Id,
        token.StateAt(now),
        token.Source,
        token.CreatedAt,
        token.ExpiresAt,
        token.UsedAt,
        token.RevokedAt);
}

internal sealed record EnrolmentList(IReadOnlyList<EnrolmentView> Enrolments);

/// <summary>A new enrolment token: the only time that it is shown.</summary>
/// <param name="Id">Names the token in the list and in the audit trail.</param>
/// <param name="Token">The secret to hand over to the partner.</param>
internal sealed record CreatedEnrolment(Guid Id, string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>A record would print the token.</summary>
    public override string ToString() => Id.ToString();
}
