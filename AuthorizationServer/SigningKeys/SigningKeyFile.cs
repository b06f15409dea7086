using System.Security.Cryptography;
using System.Text;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>A private signing key as a PKCS#8 PEM file that only its owner may read.</summary>
internal static class SigningKeyFile
{
    private const int RsaBits = 2048;

    /// <summary>The end of a public key's label (RFC 7468 §13), which the import below would take as well.</summary>
    private const string PublicKey = "PUBLIC KEY-----";

    /// <exception cref="StartupException">The file cannot be written.</exception>
    public static void CreateIfMissing(string path, SigningAlgorithm algorithm)
    {
        if (File.Exists(path))
        {
            return;
        }

        using AsymmetricAlgorithm key = algorithm == SigningAlgorithm.ES256
            ? ECDsa.Create(ECCurve.NamedCurves.nistP256)
            : RSA.Create(RsaBits);
        try
        {
            OwnerOnlyFile.TryCreate(path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The signing key '{path}' cannot be written ({exception.Message}). "
                + $"Set {SettingNames.DataDirectory} to a folder that this user may write to.",
                exception);
        }
    }

    /// <exception cref="StartupException">The file is unreadable, open to others, or holds no usable key.</exception>
    public static SigningCredentials Read(string path)
    {
        try
        {
            var pem = ReadText(path);
            return TryImport(ECDsa.Create(), pem) is { } ecdsa
                ? Credentials(new ECDsaSecurityKey(ecdsa), ecdsa)
                : TryImport(RSA.Create(), pem) is { } rsa
                    ? Credentials(new RsaSecurityKey(rsa), rsa)
                    : throw Unusable(path, "it holds no RSA or EC private key");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable(path, exception.Message);
        }
    }

    private static string ReadText(string path)
    {
        using var file = File.OpenRead(path);
        if (OwnerOnlyFile.IsOpenToOthers(file))
        {
            throw Unusable(path, "others than its owner may read or change it. Run: chmod 600 on it, and make a new key if others could read it");
        }

        using var reader = new StreamReader(file);
        var pem = reader.ReadToEnd();
        return pem.Contains(PublicKey, StringComparison.Ordinal)
            ? throw Unusable(path, "it holds a public key, which signs nothing: expected a private key")
            : pem;
    }

    private static SigningCredentials Credentials(AsymmetricSecurityKey securityKey, AsymmetricAlgorithm key)
    {
        var jwk = PublicJwk.FromKey(key);
        securityKey.KeyId = jwk.KeyId;
        return new SigningCredentials(securityKey, jwk.Algorithm.Name);
    }

    private static T? TryImport<T>(T key, string pem)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }

    private static StartupException Unusable(string path, string why) => new($"The signing key '{path}' cannot be used: {why}.");
}
