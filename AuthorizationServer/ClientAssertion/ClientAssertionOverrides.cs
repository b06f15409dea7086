namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>
/// How one client's assertions are checked where that is not as the server checks them, in <c>AuthorizationServer:Clients:n:ClientAssertion</c>:
/// each value as in <see cref="ClientAssertionOptions"/>, and the server's where there is none.
/// </summary>
internal sealed class ClientAssertionOverrides
{
    public TimeSpan? MaxLifetime { get; set; }

    public TimeSpan? ClockSkew { get; set; }

    public bool? AcceptTokenEndpointAudience { get; set; }

    public bool? AcceptAudienceArray { get; set; }

    public AssertionRules Over(ClientAssertionOptions server) => new(
        AcceptTokenEndpointAudience ?? server.AcceptTokenEndpointAudience,
        AcceptAudienceArray ?? server.AcceptAudienceArray,
        MaxLifetime ?? server.MaxLifetime,
        ClockSkew ?? server.ClockSkew);
}
