using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using B2BAssertions.Jose;

namespace B2BAssertions.AppHost.Curity.Configuration;

/// <summary>A key that the Curity Identity Server signs access tokens with, in the form of its configuration.</summary>
/// <param name="Kid">The key's id in the server's JWK Set; another key has another, so nobody takes an old one for it.</param>
/// <param name="Keystore">Secret: PKCS#12 in Base64.</param>
internal sealed record CuritySigningKey(string Kid, string Keystore)
{
    /// <summary>The password that Curity opens a keystore of its configuration with; what protects the key is how the variable is kept.</summary>
    private const string KeystorePassword = "default";

    private const int RsaBits = 2048;

    public static CuritySigningKey Create(TimeProvider time)
    {
        using var rsa = RSA.Create(RsaBits);
        var now = time.GetUtcNow();
        var request = new CertificateRequest("CN=B2BAssertions", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));

        // Triple DES is what the server's keystores are read with; see deploy/curity/README.md.
        var keystore = certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Pkcs12TripleDesSha1, KeystorePassword);
        return new CuritySigningKey(PublicJwk.FromKey(rsa).KeyId, Convert.ToBase64String(keystore));
    }

    /// <summary>Never printed.</summary>
    public override string ToString() => Kid;
}
