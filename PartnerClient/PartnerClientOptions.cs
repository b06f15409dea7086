using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Rotation;

namespace B2BAssertions.PartnerClient;

/// <summary>
/// The section <c>PartnerClient</c>, apart from what <see cref="AccessTokens.AccessTokenOptions"/> reads of it, which checks the client id,
/// issuer and scope too. File names that are not absolute are taken from the data directory.
/// </summary>
internal sealed class PartnerClientOptions
{
    public const string Section = "PartnerClient";
    public const string DefaultScope = "read";
    public const string DefaultKeyFile = "partner-key.pem";
    public const string DefaultPkcs12File = "partner-key.p12";
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
    public string Scope { get; set; } = DefaultScope;

    /// <summary>Signature algorithm of assertions and so the kind of key: <c>PS256</c> (default) or <c>ES256</c>.</summary>
    public string Algorithm { get; set; } = SigningAlgorithm.PS256.Name;

    /// <summary>Size of a new RSA key in bits: 2048 (default), 3072 or 4096. An existing key stays as it is.</summary>
    public int RsaKeySize { get; set; } = 2048;

    /// <summary>
    /// Where private keys live: <c>pkcs8</c> (default), encrypted PEM files; <c>pkcs12</c> files; <c>pkcs11</c>, a token that no private
    /// key ever leaves.
    /// </summary>
    public string KeyStore { get; set; } = StorePkcs8;

    /// <summary>
    /// The private key, encrypted; made on first start. Default <c>partner-key.pem</c>, and <c>partner-key.p12</c> for PKCS#12.
    /// </summary>
    public string? KeyFile { get; set; }

    /// <summary>The token that holds the keys with the store <c>pkcs11</c>.</summary>
    public Pkcs11Options Pkcs11 { get; set; } = new();

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

    /// <summary>File that receives the report of every flow; none by default.</summary>
    public string? FlowReportFile { get; set; }

    /// <summary>When and how the key is rotated.</summary>
    public RotationOptions Rotation { get; set; } = new();

    internal const string StorePkcs8 = "pkcs8";
    internal const string StorePkcs12 = "pkcs12";
    internal const string StorePkcs11 = "pkcs11";
}
