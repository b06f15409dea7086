using B2BAssertions.PartnerClient.AccessTokens.Assertion;
using B2BAssertions.PartnerClient.AccessTokens.Issuer;

namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <summary>One token request, however often it is sent.</summary>
internal sealed class TokenRequest(AccessTokenOptions options, IssuerMetadata metadata)
{
    /// <summary>RFC 7523 §2.2.</summary>
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    public static readonly HttpRequestOptionsKey<TokenRequest> Key = new("B2BAssertions.PartnerClient.AccessTokens.TokenRequest");

    public IssuerMetadata Metadata => metadata;

    /// <summary>The key that signed the newest attempt; null before the first.</summary>
    public string? Kid { get; set; }

    /// <summary>RFC 6749 §4.4.2, RFC 7521 §4.2, RFC 8707 §2; what is not asked for is left out.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parameters(SignedAssertion assertion)
    {
        yield return new("grant_type", "client_credentials");
        yield return new("client_id", options.ClientId);
        yield return new("client_assertion_type", JwtBearer);
        yield return new("client_assertion", assertion.Text);
        if (!string.IsNullOrEmpty(options.Scope))
        {
            yield return new("scope", options.Scope);
        }

        if (!string.IsNullOrEmpty(options.Resource))
        {
            yield return new("resource", options.Resource);
        }

        foreach (var parameter in options.TokenRequestParameters)
        {
            yield return parameter;
        }
    }
}
