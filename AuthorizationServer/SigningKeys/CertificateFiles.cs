using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using B2BAssertions.KeyFiles;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>The certificates of the settings <c>AuthorizationServer:DataProtection</c>, read once.</summary>
internal sealed class CertificateFiles
{
    private const string Section = DataProtectionOptions.Section;

    /// <exception cref="StartupException">A file is unreadable or holds no certificate that can be used.</exception>
    public CertificateFiles(IOptions<AuthorizationServerOptions> options)
    {
        var settings = options.Value.DataProtection;
        Current = settings.HasCertificate
            ? Read($"{Section}:CertificateFile", settings.CertificateFile!, settings.CertificatePasswordFile)
            : null;
        Former =
        [
            .. settings.FormerCertificates.Select((former, index) =>
                Read($"{Section}:FormerCertificates:{index}:File", former.File!, former.PasswordFile)),
        ];
    }

    /// <summary>The one that protects; null when none is set.</summary>
    public X509Certificate2? Current { get; }

    public IReadOnlyList<X509Certificate2> Former { get; }

    private static X509Certificate2 Read(string setting, string file, string? passwordFile)
    {
        try
        {
            var password = string.IsNullOrWhiteSpace(passwordFile) ? null : File.ReadLines(passwordFile).FirstOrDefault();
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, password);
            // XML encryption, as Data Protection uses it, wraps its keys with RSA alone.
            using var key = certificate.GetRSAPrivateKey();
            return key is null
                ? throw Unusable(setting, file, "it holds no RSA private key")
                : certificate;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable(setting, file, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static StartupException Unusable(string setting, string file, string why, Exception? exception = null) => new(
        $"{setting}: the certificate '{file}' cannot be used: {why}. "
        + "Expected a PKCS#12 file with an RSA certificate and its private key, and its password in the password file.",
        exception);
}
