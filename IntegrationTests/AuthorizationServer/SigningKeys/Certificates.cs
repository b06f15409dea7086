using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using B2BAssertions.IntegrationTests.Hosting;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary>Certificates to protect the keys in the database with, as an operator has them: a PKCS#12 file and a password file.</summary>
internal sealed class Certificates : IDisposable
{
    private const string Section = "AuthorizationServer:DataProtection";
    private const string Password = "password-of-the-certificate";

    private readonly TemporaryDirectory _directory = new();

    public Certificates()
    {
        File.WriteAllText(PasswordFile, Password + "\n");
        First = Create("first.p12");
        Second = Create("second.p12");
    }

    public string PasswordFile => _directory.FileNamed("password");

    public string First { get; }

    public string Second { get; }

    public (string Name, string Value)[] Settings(string file) =>
        [($"{Section}:CertificateFile", file), ($"{Section}:CertificatePasswordFile", PasswordFile)];

    public (string Name, string Value)[] SettingsWithFormer(string file, string former) =>
    [
        .. Settings(file),
        ($"{Section}:FormerCertificates:0:File", former),
        ($"{Section}:FormerCertificates:0:PasswordFile", PasswordFile),
    ];

    /// <summary>A certificate that XML encryption cannot use.</summary>
    public string CreateEc()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Write("ec.p12", new CertificateRequest("CN=keys", key, HashAlgorithmName.SHA256));
    }

    public void Dispose() => _directory.Dispose();

    private string Create(string name)
    {
        using var key = RSA.Create(2048);
        return Write(name, new CertificateRequest("CN=keys", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private string Write(string name, CertificateRequest request)
    {
        // Expired long ago: its dates must mean nothing.
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        File.WriteAllBytes(_directory.FileNamed(name), certificate.Export(X509ContentType.Pkcs12, Password));
        return _directory.FileNamed(name);
    }
}
