namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>
/// The settings <c>AuthorizationServer:DataProtection</c>: the certificate under which the keys lie in the database that protect the signing
/// keys. Without one, whoever reads the database can sign access tokens.
/// </summary>
internal sealed class DataProtectionOptions
{
    public const string Section = $"{AuthorizationServerOptions.Section}:DataProtection";

    /// <summary>PKCS#12 file with an RSA certificate and its private key; the same for all replicas. None by default.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>File whose first line is the certificate file's password; none when it has no password.</summary>
    public string? CertificatePasswordFile { get; set; }

    /// <summary>Certificates of before, which still open what they protected.</summary>
    public IList<FormerCertificate> FormerCertificates { get; } = [];

    public bool HasCertificate => !string.IsNullOrWhiteSpace(CertificateFile);

    internal sealed class FormerCertificate
    {
        /// <inheritdoc cref="DataProtectionOptions.CertificateFile"/>
        public string? File { get; set; }

        /// <inheritdoc cref="DataProtectionOptions.CertificatePasswordFile"/>
        public string? PasswordFile { get; set; }
    }
}
