using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>One client, in <c>AuthorizationServer:Clients:n</c>.</summary>
internal sealed class ClientOptions
{
    /// <summary>The client identifier: the iss and sub of its assertions, and the partner id the API sees.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Where the client's public keys are published (RFC 7591 §2, <c>jwks_uri</c>); this or <see cref="Jwks"/>.</summary>
    public string JwksUri { get; set; } = "";

    /// <summary>
    /// The client's public keys themselves (RFC 7591 §2, <c>jwks</c>): a JWK Set as JSON text, for a client that publishes none. A new key
    /// counts from the next start on.
    /// </summary>
    public string Jwks { get; set; } = "";

    /// <summary>The algorithms the client may sign with: PS256 by default, or PS256 and ES256, or ES256 alone.</summary>
    public IList<string> AllowedAlgorithms { get; } = [];

    /// <summary>The scopes the client may ask for; at least one, each of an API in <c>AuthorizationServer:Apis</c>.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary><see cref="AllowedAlgorithms"/> with its default applied.</summary>
    internal IReadOnlyList<string> EffectiveAlgorithms => AllowedAlgorithms.Count > 0 ? [.. AllowedAlgorithms] : [SigningAlgorithm.PS256.Name];

    /// <summary>What <see cref="JwksUri"/> or <see cref="Jwks"/> says, once they are checked.</summary>
    internal ClientKeys Keys => string.IsNullOrWhiteSpace(Jwks) ? new ClientKeys.Published(new Uri(JwksUri)) : ClientKeys.Inline.Parse(Jwks);
}
