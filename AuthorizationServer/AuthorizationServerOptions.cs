using B2BAssertions.AuthorizationServer.Apis;
using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.RateLimits;
using B2BAssertions.AuthorizationServer.SigningKeys;

namespace B2BAssertions.AuthorizationServer;

/// <summary>The settings of the section <c>AuthorizationServer</c>.</summary>
internal sealed class AuthorizationServerOptions
{
    public const string Section = "AuthorizationServer";

    public static readonly TimeSpan MaxAccessTokenLifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The issuer identifier (RFC 8414 §2): scheme, host and port, without a trailing slash. Used as it stands here in the metadata,
    /// in every token and as the expected audience of assertions; never taken from a request's Host header.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>
    /// Algorithm of the access tokens (AT-01): <c>ES256</c>, the default because signing costs a tenth of PS256, or <c>PS256</c>. After a change
    /// the next start makes a key for it, which is published ahead like any other.
    /// </summary>
    public string SigningAlgorithm { get; set; } = Jose.SigningAlgorithm.ES256.Name;

    /// <summary>Lifetime of an access token (AT-02): 1 to 10 minutes, default 5, because a self-contained token cannot be called back.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The APIs that access tokens are for.</summary>
    public IList<ApiOptions> Apis { get; } = [];

    /// <summary>The clients; one that is taken out of the configuration can authenticate no more from the next start on.</summary>
    public IList<ClientOptions> Clients { get; } = [];

    public ClientAssertionOptions ClientAssertion { get; } = new();

    public ClientJwksOptions ClientJwks { get; } = new();

    public SigningKeyOptions SigningKeys { get; } = new();

    public DataProtectionOptions DataProtection { get; } = new();

    public RateLimitOptions RateLimits { get; } = new();

    /// <summary>The scopes of all APIs.</summary>
    internal IReadOnlySet<string> KnownScopes => Apis.SelectMany(api => api.Scopes).ToHashSet(StringComparer.Ordinal);

    /// <summary>Address of the token endpoint.</summary>
    public string TokenEndpoint => Issuer + Metadata.EndpointPaths.Token;
}
