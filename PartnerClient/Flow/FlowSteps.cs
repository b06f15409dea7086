namespace B2BAssertions.PartnerClient.Flow;

/// <summary>The names of the steps, in order.</summary>
internal static class FlowSteps
{
    public const string Key = "key";
    public const string Enrolment = "enrolment";
    public const string Jwks = "jwks";
    public const string Token = "token";
    public const string Orders = "orders";
}
