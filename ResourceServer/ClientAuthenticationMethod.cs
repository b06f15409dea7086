namespace B2BAssertions.ResourceServer;

/// <summary>
/// How a client proved to the authorization server who it is, by the names of the OAuth registry of token endpoint authentication methods.
/// </summary>
internal static class ClientAuthenticationMethod
{
    /// <summary>AT-03: the claim in which the authorization server says so.</summary>
    public const string ClaimType = "client_auth_method";

    /// <summary>RFC 7523: a signed assertion.</summary>
    public const string PrivateKeyJwt = "private_key_jwt";

    /// <summary>
    /// FAPI 2.0 Security Profile §5.3.2.1 lets a client use these: each proves that a private key is held and sends no secret (the last
    /// two: RFC 8705 §2).
    /// </summary>
    public static readonly IReadOnlyList<string> Strong = [PrivateKeyJwt, "tls_client_auth", "self_signed_tls_client_auth"];
}
