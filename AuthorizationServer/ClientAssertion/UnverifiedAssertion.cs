using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>A client assertion, taken apart but not yet believed.</summary>
internal sealed record UnverifiedAssertion(string Text, JsonElement Header, JsonElement Claims)
{
    /// <summary>AS-15: many times what an assertion needs, and little to decode for nothing.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>AS-15: what is too long or no signed JWT ends here, before any key is looked for (RFC 8725 §3.12: strictly one kind of JWT).</summary>
    public static Checked<UnverifiedAssertion> Read(string text)
    {
        if (text.Length > MaxLength)
        {
            return new AssertionFault("assertion_too_large", $"at most {MaxLength} characters", $"{text.Length}");
        }

        return UnverifiedJwt.TryParse(text, out var jwt, out var found)
            ? new UnverifiedAssertion(text, jwt.Header, jwt.Claims)
            : new AssertionFault("assertion_malformed", "a signed JWT: three parts, JSON objects without repeated members, no crit", found);
    }

    public string? KeyId => Header.GetOptionalString("kid");

    public string? Algorithm => Header.GetOptionalString("alg");

    public string? Issuer => Claims.GetOptionalString("iss");

    /// <summary>The claim as seconds since 1970 (RFC 7519 §2, NumericDate); null when it is missing, no number or out of range.</summary>
    public long? GetNumericDate(string claim) => Claims.GetOptionalNumericDate(claim);

    public bool Has(string claim) => Claims.TryGetProperty(claim, out _);

    /// <summary>For the log: the claim's JSON.</summary>
    public string Show(string claim) => Show(Claims, claim);

    /// <summary>For the log: the header member's JSON.</summary>
    public string ShowHeader(string member) => Show(Header, member);

    /// <summary>The text is a credential until it is used, so it never shows by accident.</summary>
    public override string ToString() => $"assertion of {Issuer}";

    private static string Show(JsonElement element, string member) => element.TryGetProperty(member, out var value) ? value.GetRawText() : "none";
}
