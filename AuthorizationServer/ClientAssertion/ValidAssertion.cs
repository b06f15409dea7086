using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>An assertion that passed every check but the last, the one against replay.</summary>
/// <param name="Audience">The audience it named, one that is accepted.</param>
/// <param name="ExpiresAt">Its exp, in seconds since 1970.</param>
/// <param name="StartsAt">The later of its iat and nbf, in seconds since 1970; null when it has neither.</param>
internal sealed record ValidAssertion(RegisteredClient Client, string KeyId, string JwtId, string Audience, long ExpiresAt, long? StartsAt)
{
    /// <summary>AS-10: until then, in seconds since 1970, the same assertion would be accepted again.</summary>
    public long AcceptableUntil => ExpiresAt + Client.Rules.ClockSkewSeconds;

    /// <summary>
    /// AS-08, AS-09: before then, in seconds since 1970, it would have been refused, as from the future or as one that lives too long.
    /// </summary>
    public long NotAcceptedBefore => (StartsAt ?? ExpiresAt - Client.Rules.MaxLifetimeSeconds) - Client.Rules.ClockSkewSeconds;

    public static ValidAssertion From(UnverifiedAssertion assertion, RegisteredClient client) => new(
        client,
        assertion.KeyId!,
        assertion.Claims.GetOptionalString("jti")!,
        AssertionClaimRules.SingleAudience(assertion)!,
        assertion.GetNumericDate("exp")!.Value,
        new[] { assertion.GetNumericDate("iat"), assertion.GetNumericDate("nbf") }.Max());
}
