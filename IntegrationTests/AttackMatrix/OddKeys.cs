using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;

using static System.Buffers.Text.Base64Url;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>A client whose JWK Set holds weak keys, keys of other kinds, and two keys under one kid; each name is a kid.</summary>
internal sealed class OddKeys(string issuer, TimeProvider time)
{
    public const string ClientId = "client-odd";
    public const string Twin = "twin";
    public const string Weak = "weak";
    public const string OtherCurve = "other-curve";
    public const string ForEncryption = "for-encryption";
    public const string ForRs256 = "for-rs256";

    private readonly ECDsa _otherCurve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly RSA _weak = RSA.Create(1024);

    /// <summary>Its good key; sound by itself, and published under the kids above.</summary>
    public AssertionMaker Maker { get; } = new(RSA.Create(2048), ClientId, issuer, time);

    private RSA Key => (RSA)Maker.Key;

    public byte[] SignWeakly(byte[] input) => _weak.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    public byte[] SignOnOtherCurve(byte[] input) => _otherCurve.SignData(input, HashAlgorithmName.SHA256);

    public JsonArray Published()
    {
        using var twin = RSA.Create(2048);
        var point = _otherCurve.ExportParameters(includePrivateParameters: false).Q;
        return
        [
            AttackedServer.Named(Key, Twin),
            AttackedServer.Named(twin, Twin),
            AttackedServer.Named(Key, Maker.KeyId),
            With(AttackedServer.Named(Key, ForEncryption), "use", "enc"),
            With(AttackedServer.Named(Key, ForRs256), "alg", "RS256"),
            Rsa(_weak, Weak),
            new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-384",
                ["kid"] = OtherCurve,
                ["x"] = EncodeToString(point.X),
                ["y"] = EncodeToString(point.Y),
            },
        ];
    }

    private static JsonObject Rsa(RSA key, string keyId)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = keyId,
            ["n"] = EncodeToString(parameters.Modulus),
            ["e"] = EncodeToString(parameters.Exponent),
        };
    }

    private static JsonObject With(JsonObject jwk, string member, string value)
    {
        jwk[member] = value;
        return jwk;
    }
}
