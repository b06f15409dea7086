using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient;

/// <summary>The section <c>PartnerClient</c>. File names that are not absolute are taken from the data directory.</summary>
internal sealed class PartnerClientOptions
{
    public const string Section = "PartnerClient";
    public const string DefaultKeyFile = "partner-key.pem";
    public const string DefaultKeyPasswordFile = "partner-key.password";

    /// <summary>The client id that the API owner gave to this partner. Required; 1 to 200 printable ASCII characters.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The authorization server's issuer identifier, exactly as its metadata states it. Required.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Base address of the key registry. Required.</summary>
    public string JwksService { get; set; } = "";

    /// <summary>Base address of the orders API. Required.</summary>
    public string OrdersApi { get; set; } = "";

    /// <summary>Scopes to ask for, separated by single spaces; default <c>read</c>.</summary>
    public string Scope { get; set; } = "read";

    /// <summary>Signature algorithm of assertions and so the kind of key: <c>PS256</c> (default) or <c>ES256</c>.</summary>
    public string Algorithm { get; set; } = SigningAlgorithm.PS256.Name;

    /// <summary>Size of a new RSA key in bits: 2048 (default), 3072 or 4096. An existing key stays as it is.</summary>
    public int RsaKeySize { get; set; } = 2048;

    /// <summary>The private key, encrypted PKCS#8 in PEM; made on first start. Default <c>partner-key.pem</c>.</summary>
    public string KeyFile { get; set; } = DefaultKeyFile;

    /// <summary>Secret: the password of the key file. Default: the one in <see cref="KeyPasswordFile"/>.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>
    /// File whose first line is the password; made with a random one together with the key. Default <c>partner-key.password</c>.
    /// </summary>
    public string? KeyPasswordFile { get; set; }

    /// <summary>Secret: the one-time token that enrols the first key; not needed once that has been done.</summary>
    public string? EnrolmentToken { get; set; }

    /// <summary>File whose first line is the enrolment token, instead of <see cref="EnrolmentToken"/>.</summary>
    public string? EnrolmentTokenFile { get; set; }

    /// <summary>Time from the end of a flow that succeeded to the next; default 10 s, from 1 s to 1 day.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The <c>aud</c> of assertions: <c>Issuer</c> (default, FAPI 2.0 Security Profile §5.3.2.1) or <c>TokenEndpoint</c>, for servers that
    /// know only the older custom, as Curity does.
    /// </summary>
    public string AssertionAudience { get; set; } = AudienceIssuer;

    /// <summary>Time from an assertion's iat to its exp; default 60 s, from 10 s to 300 s, whole seconds.</summary>
    public TimeSpan AssertionLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>File that receives the report of every flow; none by default.</summary>
    public string? FlowReportFile { get; set; }

    internal const string AudienceIssuer = "Issuer";
    internal const string AudienceTokenEndpoint = "TokenEndpoint";
}
