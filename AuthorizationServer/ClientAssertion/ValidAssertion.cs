using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>An assertion that passed every check but the last, the one against replay.</summary>
/// <param name="Audience">The audience it named, one that is accepted.</param>
/// <param name="ExpiresAt">Its exp, in seconds since 1970.</param>
internal sealed record ValidAssertion(RegisteredClient Client, string KeyId, string JwtId, string Audience, long ExpiresAt)
{
    /// <summary>AS-10: until then, in seconds since 1970, the same assertion would be accepted again.</summary>
    public long AcceptableUntil => ExpiresAt + Client.Rules.ClockSkewSeconds;

    public static ValidAssertion From(UnverifiedAssertion assertion, RegisteredClient client) => new(
        client,
        assertion.KeyId!,
        assertion.Claims.GetOptionalString("jti")!,
        AssertionClaimRules.SingleAudience(assertion)!,
        assertion.GetNumericDate("exp")!.Value);
}
