using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>The rules for the header of an assertion. Members that point at keys (jku, x5u, jwk, x5c) are never even read (AS-05).</summary>
internal static class AssertionHeaderRules
{
    private const string PlainType = "JWT";

    /// <summary>RFC 10070: the explicit type of a client assertion.</summary>
    private const string ExplicitType = "client-authentication+jwt";

    private static readonly string[] AcceptedTypes = [PlainType, ExplicitType];

    public static AssertionFault? Check(UnverifiedAssertion assertion) =>
        CheckType(assertion) ?? CheckAlgorithm(assertion) ?? CheckKeyId(assertion);

    /// <summary>AS-03: the client's allow-list decides; the key's type must fit, so no RSA key is ever used as a secret (RFC 8725 §3.1).</summary>
    public static Checked<SigningAlgorithm> FindAlgorithm(UnverifiedAssertion assertion, RegisteredClient client)
    {
        var name = assertion.Algorithm;
        return SigningAlgorithm.TryParse(name, out var algorithm) && client.AllowedAlgorithms.Contains(algorithm.Name)
            ? algorithm
            : new AssertionFault("assertion_algorithm_not_allowed", string.Join(" or ", client.AllowedAlgorithms), name ?? "none");
    }

    /// <summary>AS-11 (RFC 10070, RFC 8725 §3.11): an access token, a DPoP proof or a key proof is never an assertion.</summary>
    private static AssertionFault? CheckType(UnverifiedAssertion assertion)
    {
        if (!assertion.Header.TryGetProperty("typ", out var type))
        {
            return null;
        }

        return Array.Exists(AcceptedTypes, accepted => MediaTypeName.Is(assertion.Header.GetOptionalString("typ"), accepted))
            ? null
            : new AssertionFault("assertion_type_wrong", $"typ absent, {string.Join(" or ", AcceptedTypes)}", type.GetRawText());
    }

    /// <summary>AS-03: none, HS* and RS* end here, before anything is looked up.</summary>
    private static AssertionFault? CheckAlgorithm(UnverifiedAssertion assertion)
    {
        var name = assertion.Algorithm;
        return SigningAlgorithm.TryParse(name, out _)
            ? null
            : new AssertionFault("assertion_algorithm_not_allowed", string.Join(" or ", SigningAlgorithm.All), assertion.ShowHeader("alg"));
    }

    /// <summary>AS-05 (RFC 8725 §3.10): without a kid the key would be guessed.</summary>
    private static AssertionFault? CheckKeyId(UnverifiedAssertion assertion) =>
        assertion.KeyId is { Length: > 0 and <= PublicJwk.MaxKeyIdLength }
            ? null
            : new AssertionFault("assertion_kid_missing", $"a kid of 1 to {PublicJwk.MaxKeyIdLength} characters", assertion.ShowHeader("kid"));
}
