using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>
/// Makes client assertions that are right in every way; a test changes exactly one thing. Signs by itself, without the library under test.
/// </summary>
internal sealed class AssertionMaker(AsymmetricAlgorithm key, string clientId, string issuer, TimeProvider timeProvider)
{
    public string KeyId { get; } = PublicJwk.FromKey(key).KeyId;

    public AsymmetricAlgorithm Key { get; } = key;

    public JsonObject Header() => new()
    {
        ["alg"] = Key is RSA ? "PS256" : "ES256",
        ["typ"] = "client-authentication+jwt",
        ["kid"] = KeyId,
    };

    public JsonObject Claims()
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now,
            ["exp"] = now + 60,
        };
    }

    public string Make(Action<JsonObject>? header = null, Action<JsonObject>? claims = null, Func<byte[], byte[]>? sign = null)
    {
        var headerJson = Header();
        header?.Invoke(headerJson);
        var claimsJson = Claims();
        claims?.Invoke(claimsJson);
        return Sign(headerJson.ToJsonString(), claimsJson.ToJsonString(), sign ?? SignWithKey);
    }

    public string Sign(string header, string claims, Func<byte[], byte[]>? sign = null) =>
        SignParts(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(claims), sign);

    public string SignParts(byte[] header, byte[] claims, Func<byte[], byte[]>? sign = null)
    {
        var input = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        return $"{input}.{Base64Url.EncodeToString((sign ?? SignWithKey)(Encoding.ASCII.GetBytes(input)))}";
    }

    public byte[] SignWithKey(byte[] input) => Key switch
    {
        RSA rsa => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        ECDsa ecdsa => ecdsa.SignData(input, HashAlgorithmName.SHA256),
        _ => throw new NotSupportedException(),
    };

    /// <summary>The JWK Set of the public key, as it stands in a setting.</summary>
    public string Set() => new JwkSet([PublicJwk.FromKey(Key)]).ToJson().ToJsonString();

    public JsonElement PublicJson() => JsonSerializer.SerializeToElement(PublicJwk.FromKey(Key).ToJson());
}
