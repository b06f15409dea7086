using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>A partner's key pair, and the JWTs it signs by hand, so that they can be as wrong as a test needs them.</summary>
internal sealed class PartnerKeyPair
{
    private readonly AsymmetricAlgorithm _key;

    private PartnerKeyPair(AsymmetricAlgorithm key)
    {
        _key = key;
        Public = PublicJwk.FromKey(key);
    }

    public PublicJwk Public { get; }

    public static PartnerKeyPair NewEc() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static PartnerKeyPair NewRsa() => new(RSA.Create(2048));

    public string Sign(JsonObject header, JsonObject claims)
    {
        var content = $"{Base64UrlEncoder.Encode(header.ToJsonString())}.{Base64UrlEncoder.Encode(claims.ToJsonString())}";
        return $"{content}.{Base64UrlEncoder.Encode(Sign(Encoding.ASCII.GetBytes(content)))}";
    }

    public byte[] Sign(byte[] content) => _key switch
    {
        RSA rsa => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        ECDsa ecdsa => ecdsa.SignData(content, HashAlgorithmName.SHA256),
        _ => throw new InvalidOperationException(),
    };
}
