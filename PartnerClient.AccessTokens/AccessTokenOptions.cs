using Duende.IdentityModel;

namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>Who asks which server for what. From code, or from a section of configuration; checked at the start of the host.</summary>
public sealed class AccessTokenOptions
{
    /// <summary>The <see cref="AssertionAudience"/> of RFC 10070 and FAPI 2.0 Security Profile §5.3.3.1.</summary>
    public const string AudienceIssuer = "Issuer";

    /// <summary>The <see cref="AssertionAudience"/> of RFC 7523 §3 before RFC 10070.</summary>
    public const string AudienceTokenEndpoint = "TokenEndpoint";

    /// <summary>The <see cref="AssertionType"/> that no other JWT has (RFC 10070, RFC 8725 §3.11).</summary>
    public const string TypeClientAuthentication = JwtClaimTypes.JwtTypes.ClientAuthentication;

    /// <summary>The <see cref="AssertionType"/> of servers that know the general one only (RFC 7519 §5.1).</summary>
    public const string TypeJwt = "JWT";

    /// <summary>The <see cref="AssertionType"/> that leaves the header <c>typ</c> out.</summary>
    public const string TypeAbsent = "absent";

    /// <summary>The client id that the API owner gave. Required; 1 to 200 printable ASCII characters (RFC 6749 §A.1).</summary>
    public string ClientId { get; set; } = "";

    /// <summary>
    /// The authorization server's issuer identifier, exactly as its metadata state it. Required; an https address. The metadata are read at
    /// the place of RFC 8414 §3.1, else of OpenID Connect Discovery §4.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>Scopes to ask for, separated by single spaces (RFC 6749 §3.3); default none, which leaves it to the server.</summary>
    public string? Scope { get; set; }

    /// <summary>The API that the token is for (RFC 8707 §2): an absolute address without fragment; default none.</summary>
    public string? Resource { get; set; }

    /// <summary>Where tokens are asked for, instead of where the metadata say; default none. With it no metadata are read.</summary>
    public string? TokenEndpoint { get; set; }

    /// <summary>
    /// The <c>aud</c> of assertions: <c>Issuer</c> (default) or <c>TokenEndpoint</c>, for servers that know only the older custom, as Curity
    /// does; that one logs a warning.
    /// </summary>
    public string AssertionAudience { get; set; } = AudienceIssuer;

    /// <summary>
    /// The <c>typ</c> of assertions: <c>client-authentication+jwt</c> (default), or for servers that refuse it <c>JWT</c> or <c>absent</c>,
    /// which log a warning.
    /// </summary>
    public string AssertionType { get; set; } = TypeClientAuthentication;

    /// <summary>Time from an assertion's iat to its exp; default 60 s, from 10 s to 300 s, whole seconds (RFC 7523 §3).</summary>
    public TimeSpan AssertionLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Further parameters of the token request, for servers that want them; default none. Those that this library sends itself
    /// (<c>grant_type</c>, <c>client_id</c>, <c>client_assertion</c>, <c>client_assertion_type</c>, <c>scope</c>, <c>resource</c>) and
    /// <c>client_secret</c> are refused.
    /// </summary>
    public Dictionary<string, string> TokenRequestParameters { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// For one token with all that it takes, the answer's last byte and the retries of handlers around it included; default 15 s, from 1 s to
    /// 5 minutes.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether plain http is accepted, for issuer, token endpoint and API alike; default false, and a warning if not. For one machine only:
    /// assertions and tokens can be read on the wire.
    /// </summary>
    public bool AllowHttp { get; set; }

    /// <summary>Whether the host has a setting of its own for <see cref="AllowHttp"/>, and has warned of it already.</summary>
    internal bool HostWarnsOfHttp { get; set; }

    /// <summary>
    /// What token requests say of their sender (User-Agent, RFC 9110 §10.1.5), for firewalls that want to know; default what the application
    /// says of all its clients, else this library and its version.
    /// </summary>
    public string? UserAgent { get; set; }

    /// <summary>
    /// The private key, RSA of 2048 to 4096 bits or EC on P-256: encrypted PKCS#8 in PEM (RFC 5958 §3) of mode 0600. Read anew when it
    /// changes. Relative to the host's content root, without a host to the current folder. Required, unless another
    /// <see cref="ISigningKeySource"/> is registered.
    /// </summary>
    public string? KeyFile { get; set; }

    /// <summary>Secret: the password of <see cref="KeyFile"/>. One of this and <see cref="KeyPasswordFile"/>.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>File whose first line is the password of <see cref="KeyFile"/>; relative as that one.</summary>
    public string? KeyPasswordFile { get; set; }
}
