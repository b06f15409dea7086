using System.Text.Json;

using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.Jose;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>The rules for the claims of an assertion, one method each.</summary>
internal sealed class AssertionClaimRules(IOptions<AuthorizationServerOptions> options, TimeProvider timeProvider)
{
    public AssertionFault? Check(UnverifiedAssertion assertion, RegisteredClient client, string? clientIdParameter)
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeSeconds();
        return CheckSubject(assertion, client)
            ?? CheckClientIdParameter(client, clientIdParameter)
            ?? CheckAudience(assertion, client.Rules)
            ?? CheckTimesAreNumbers(assertion)
            ?? CheckExpiration(assertion, client.Rules, now)
            ?? CheckNotFromTheFuture(assertion, client.Rules, "iat", now)
            ?? CheckNotFromTheFuture(assertion, client.Rules, "nbf", now)
            ?? CheckLifetime(assertion, client.Rules, now)
            ?? CheckJwtId(assertion);
    }

    /// <summary>The audience when there is exactly one, be it a string or an array of one string.</summary>
    public static string? SingleAudience(UnverifiedAssertion assertion) =>
        !assertion.Claims.TryGetProperty("aud", out var audience) ? null
        : audience.ValueKind == JsonValueKind.String ? audience.GetString()
        : audience.ValueKind == JsonValueKind.Array && audience.GetArrayLength() == 1 && audience[0].ValueKind == JsonValueKind.String
            ? audience[0].GetString()
            : null;

    /// <summary>AS-06 (RFC 7523 §3, OpenID Connect Core §9): iss is the client already, sub must be the same.</summary>
    private static AssertionFault? CheckSubject(UnverifiedAssertion assertion, RegisteredClient client) =>
        assertion.Claims.GetOptionalString("sub") == client.ClientId
            ? null
            : new AssertionFault("assertion_subject_wrong", client.ClientId, assertion.Show("sub"));

    /// <summary>AS-06 (RFC 7521 §4.2): a client_id beside the assertion must name the same client.</summary>
    private static AssertionFault? CheckClientIdParameter(RegisteredClient client, string? clientIdParameter) =>
        clientIdParameter is null || clientIdParameter == client.ClientId
            ? null
            : new AssertionFault("client_id_mismatch", client.ClientId, clientIdParameter);

    /// <summary>
    /// AS-07 (RFC 10070, FAPI 2.0 Security Profile §5.3.2.1-8): the issuer identifier as one string, so it is good for this server alone.
    /// </summary>
    private AssertionFault? CheckAudience(UnverifiedAssertion assertion, AssertionRules rules)
    {
        string[] accepted = rules.AcceptTokenEndpointAudience ? [options.Value.Issuer, options.Value.TokenEndpoint] : [options.Value.Issuer];
        var form = assertion.Claims.TryGetProperty("aud", out var audience) ? audience.ValueKind : JsonValueKind.Undefined;
        var formAccepted = form == JsonValueKind.String || (form == JsonValueKind.Array && rules.AcceptAudienceArray);
        return formAccepted && accepted.Contains(SingleAudience(assertion), StringComparer.Ordinal)
            ? null
            : new AssertionFault(
                "assertion_audience_wrong",
                $"\"{string.Join("\" or \"", accepted)}\"{(rules.AcceptAudienceArray ? " or an array of it alone" : "")}",
                assertion.Show("aud"));
    }

    /// <summary>AS-08 (RFC 7519 §2): times are numbers of seconds.</summary>
    private static AssertionFault? CheckTimesAreNumbers(UnverifiedAssertion assertion)
    {
        string[] times = ["exp", "iat", "nbf"];
        return Array.Find(times, claim => assertion.Has(claim) && assertion.GetNumericDate(claim) is null) is { } unsound
            ? new AssertionFault("assertion_time_malformed", $"{unsound} as a number of seconds since 1970, not milliseconds", assertion.Show(unsound))
            : null;
    }

    /// <summary>AS-08 (RFC 7523 §3): exp is there and not past.</summary>
    private static AssertionFault? CheckExpiration(UnverifiedAssertion assertion, AssertionRules rules, long now)
    {
        if (assertion.GetNumericDate("exp") is not { } expiresAt)
        {
            return new AssertionFault("assertion_exp_missing", "exp", "none");
        }

        return expiresAt + rules.ClockSkewSeconds > now
            ? null
            : new AssertionFault("assertion_expired", $"exp less than {rules.ClockSkewSeconds} s ago", $"{now - expiresAt} s ago");
    }

    /// <summary>AS-09: a clock that is a little ahead is forgiven, more is refused (FAPI 2.0 Security Profile §5.3.2.1-13).</summary>
    private static AssertionFault? CheckNotFromTheFuture(UnverifiedAssertion assertion, AssertionRules rules, string claim, long now)
    {
        var ahead = (assertion.GetNumericDate(claim) ?? now) - now;
        return ahead <= rules.ClockSkewSeconds
            ? null
            : new AssertionFault("assertion_from_the_future", $"{claim} at most {rules.ClockSkewSeconds} s ahead", $"{ahead} s ahead");
    }

    /// <summary>AS-08: a short life bounds what a stolen assertion is worth and how long its jti is kept.</summary>
    private static AssertionFault? CheckLifetime(UnverifiedAssertion assertion, AssertionRules rules, long now)
    {
        // Where the client does not say when it began, its clock may be as far ahead of this one as it may elsewhere.
        var start = assertion.GetNumericDate("iat") ?? assertion.GetNumericDate("nbf") ?? now + rules.ClockSkewSeconds;
        var lifetime = assertion.GetNumericDate("exp")!.Value - start;
        return lifetime <= rules.MaxLifetimeSeconds
            ? null
            : new AssertionFault("assertion_lifetime_too_long", $"at most {rules.MaxLifetimeSeconds} s", $"{lifetime} s");
    }

    /// <summary>AS-10: jti is there and can be remembered; PostgreSQL takes no NUL, and a log no control character.</summary>
    private static AssertionFault? CheckJwtId(UnverifiedAssertion assertion) =>
        assertion.Claims.GetOptionalString("jti") is { Length: > 0 and <= UsedAssertion.MaxJwtIdLength } jti && !jti.Any(char.IsControl)
            ? null
            : new AssertionFault(
                "assertion_jti_missing",
                $"a jti of 1 to {UsedAssertion.MaxJwtIdLength} characters, none of them a control character",
                DescribeJwtId(assertion));

    private static string DescribeJwtId(UnverifiedAssertion assertion) =>
        assertion.Claims.GetOptionalString("jti") is { } jti
            ? $"{jti.Length} characters, {jti.Count(char.IsControl)} of them control characters"
            : assertion.Show("jti");
}
