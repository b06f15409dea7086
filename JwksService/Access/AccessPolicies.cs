namespace B2BAssertions.JwksService.Access;

/// <summary>Who may call an endpoint (KR-07).</summary>
internal static class AccessPolicies
{
    /// <summary>Operators: scope <c>partners:manage</c>.</summary>
    public const string Operator = "operator";

    /// <summary>Operators, and the partner in the address itself: scope <c>keys</c>.</summary>
    public const string OperatorOrOwnPartner = "operator or own partner";

    /// <summary>Those, and whoever has an enrolment token, which the endpoint checks.</summary>
    public const string KeySubmission = "key submission";
}
