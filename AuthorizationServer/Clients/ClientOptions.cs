using B2BAssertions.AuthorizationServer.ClientAssertion;

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

    /// <summary>The algorithms the client may sign with (AS-03): PS256, ES256 or both; the server's where none is named.</summary>
    public IList<string> AllowedAlgorithms { get; } = [];

    /// <summary>The scopes the client may ask for; at least one, each of an API in <c>AuthorizationServer:Apis</c>.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>How its assertions are checked where that is not as the server checks them.</summary>
    public ClientAssertionOverrides ClientAssertion { get; } = new();

    /// <summary><see cref="AllowedAlgorithms"/>, or the server's.</summary>
    internal IReadOnlyList<string> AlgorithmsOr(ClientAssertionOptions server) =>
        AllowedAlgorithms.Count > 0 ? [.. AllowedAlgorithms] : server.EffectiveAlgorithms;

    /// <summary>What <see cref="JwksUri"/> or <see cref="Jwks"/> says, once they are checked.</summary>
    internal ClientKeys Keys => string.IsNullOrWhiteSpace(Jwks) ? new ClientKeys.Published(new Uri(JwksUri)) : ClientKeys.Inline.Parse(Jwks);
}
