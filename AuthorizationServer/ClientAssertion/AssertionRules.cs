namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>The rules that can be loosened, as they hold for one client: its own settings, the server's where it has none.</summary>
internal sealed record AssertionRules(bool AcceptTokenEndpointAudience, bool AcceptAudienceArray, TimeSpan MaxLifetime, TimeSpan ClockSkew)
{
    public long MaxLifetimeSeconds => (long)MaxLifetime.TotalSeconds;

    public long ClockSkewSeconds => (long)ClockSkew.TotalSeconds;
}
