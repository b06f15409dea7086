using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>Where a client's public keys are: at an address of its own or in the configuration, never both (RFC 7591 §2).</summary>
internal abstract record ClientKeys
{
    private ClientKeys()
    {
    }

    /// <summary>The client publishes its keys and may change them there (<c>jwks_uri</c>).</summary>
    public sealed record Published(Uri JwksUri) : ClientKeys;

    /// <summary>The operator of this server was given the keys (<c>jwks</c>); nothing is fetched.</summary>
    public sealed record Inline(JwkSet Jwks) : ClientKeys
    {
        /// <exception cref="FormatException">The text is no JWK Set, which the check of the settings rules out.</exception>
        public static Inline Parse(string jwks) =>
            JwkSet.TryParse(jwks, out var set, out var fault) ? new Inline(set) : throw new FormatException(fault.Message);
    }
}
