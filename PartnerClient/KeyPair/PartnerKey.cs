using System.Security.Cryptography;

using B2BAssertions.Jose;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.PartnerClient.KeyPair;

/// <summary>The partner's key: the private half to sign with, the public half to show. Never printed.</summary>
internal sealed class PartnerKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private PartnerKey(AsymmetricAlgorithm key, SecurityKey securityKey, PublicJwk publicJwk)
    {
        _key = key;
        Public = publicJwk;
        securityKey.KeyId = publicJwk.KeyId;

        // The library's cache goes by kid and is shared by the process: it would hold on to this object after its disposal.
        securityKey.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
        SigningCredentials = new SigningCredentials(securityKey, publicJwk.Algorithm.Name);
    }

    public PublicJwk Public { get; }

    /// <summary>The RFC 7638 thumbprint.</summary>
    public string Kid => Public.KeyId;

    public SigningCredentials SigningCredentials { get; }

    /// <summary>Takes the key over.</summary>
    /// <exception cref="ArgumentException">The key is too weak, too large or of a wrong kind; the message says so.</exception>
    public static PartnerKey From(AsymmetricAlgorithm key)
    {
        var publicJwk = PublicJwk.FromKey(key);
        return key switch
        {
            RSA rsa => new PartnerKey(key, new RsaSecurityKey(rsa), publicJwk),
            ECDsa ecdsa => new PartnerKey(key, new ECDsaSecurityKey(ecdsa), publicJwk),
            _ => throw new ArgumentException($"Expected an RSA or EC key, found {key.GetType().Name}.", nameof(key)),
        };
    }

    public void Dispose() => _key.Dispose();

    public override string ToString() => Kid;
}
