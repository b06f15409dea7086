using System.Security.Cryptography;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>A private signing key as a PKCS#8 PEM file that only its owner may read.</summary>
internal static class SigningKeyFile
{
    private const int RsaBits = 2048;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateIfMissing(string path, SigningAlgorithm algorithm)
    {
        if (File.Exists(path))
        {
            return;
        }

        using AsymmetricAlgorithm key = algorithm == SigningAlgorithm.ES256
            ? ECDsa.Create(ECCurve.NamedCurves.nistP256)
            : RSA.Create(RsaBits);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        Write(unfinished, key.ExportPkcs8PrivateKeyPem());
        Publish(unfinished, path);
    }

    /// <exception cref="StartupException">The file is unreadable, open to others, or holds no usable key.</exception>
    public static SigningCredentials Read(string path)
    {
        RefuseOpenToOthers(path);
        try
        {
            var pem = File.ReadAllText(path);
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

    private static void Write(string path, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.ASCII.GetBytes(pem + "\n"));
        file.Flush(flushToDisk: true);
    }

    /// <summary>The whole key appears at once, and never over another one.</summary>
    private static void Publish(string unfinished, string path)
    {
        try
        {
            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made the key first: that one is used.
            File.Delete(unfinished);
        }
    }

    private static void RefuseOpenToOthers(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
        {
            throw Unusable(path, "others than its owner may read or change it. Run: chmod 600 on it, and make a new key if others could read it");
        }
    }

    private static StartupException Unusable(string path, string why) => new($"The signing key '{path}' cannot be used: {why}.");
}
