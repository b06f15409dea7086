namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>
/// Why a client's JWK Set cannot be had, and what follows (JW-03). The last good set stands in for every fault that says nothing about the
/// keys: the server is away or slow, redirects, answers another status, an error page or a broken document, or its address is
/// forbidden. (Who can bend DNS can make the server unreachable as well, so to refuse there would protect nobody.) It does not stand in
/// for a set with a private member, because those keys are no longer the client's alone; nor for a sound set that lacks the key or is
/// empty, because that is how a client withdraws keys, and no fault (JW-06).
/// </summary>
/// <param name="Code">Stable code, a row of docs/errors.md.</param>
/// <param name="Found">What was found instead of a set.</param>
internal sealed record FetchFault(string Code, string Found)
{
    public const string PrivateKeyPublished = "jwk_private";

    public const string AddressForbidden = "jwks_address_forbidden";

    /// <summary>Whether the client's private keys have to be taken for known to others.</summary>
    public bool IsCompromise => Code == PrivateKeyPublished;
}
