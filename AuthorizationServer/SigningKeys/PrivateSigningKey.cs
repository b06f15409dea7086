using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.Jose;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>A signing key that is ready to sign. Never printed.</summary>
internal sealed class PrivateSigningKey
{
    private const int RsaBits = 2048;

    private readonly AsymmetricAlgorithm _key;

    private PrivateSigningKey(AsymmetricAlgorithm key)
    {
        _key = key;
        var signingKey = SigningKey.From(key);
        Public = signingKey.Public;
        Credentials = signingKey.SigningCredentials;
    }

    /// <summary>Its kid is the RFC 7638 thumbprint.</summary>
    public PublicJwk Public { get; }

    public SigningCredentials Credentials { get; }

    public static PrivateSigningKey Create(SigningAlgorithm algorithm) => new(
        algorithm == SigningAlgorithm.ES256 ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(RsaBits));

    /// <exception cref="KeyUnreadableException">The row does not hold the key that it names.</exception>
    public static PrivateSigningKey Open(ServerSigningKey row, SharedDataProtection protection)
    {
        var secret = protection.Unprotect(row.ProtectedKey);
        try
        {
            var key = new PrivateSigningKey(Import(row.Algorithm, secret));
            return key.Public.KeyId == row.KeyId ? key : throw new KeyUnreadableException("it holds another key than it names");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new KeyUnreadableException($"it holds no private key for {row.Algorithm}", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public string Protect(SharedDataProtection protection)
    {
        var secret = _key.ExportPkcs8PrivateKey();
        try
        {
            return protection.Protect(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public override string ToString() => Public.KeyId;

    private static AsymmetricAlgorithm Import(string algorithm, byte[] secret)
    {
        AsymmetricAlgorithm key = algorithm == SigningAlgorithm.ES256.Name ? ECDsa.Create() : RSA.Create();
        key.ImportPkcs8PrivateKey(secret, out _);
        return key;
    }
}
