using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.IntegrationTests.ResourceServerTests;

/// <summary>Makes an access token that is valid until a test breaks one thing. Written by hand, so that it can make what no library would.</summary>
internal sealed class AccessTokenMaker
{
    /// <summary>As in life, where a token is used more than once: the issuer's keys are read after it was issued.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);

    public AccessTokenMaker(
        TestIssuer issuer,
        string audience,
        DateTimeOffset now,
        string clientId = SystemSettings.PartnerClientId,
        string scope = SystemSettings.ReadScope)
    {
        Header = new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = PublicJwk.FromKey(issuer.EcKey).KeyId };
        Claims = new JsonObject
        {
            ["iss"] = issuer.Address,
            ["sub"] = clientId,
            ["client_id"] = clientId,
            ["aud"] = audience,
            ["scope"] = scope,
            ["client_auth_method"] = "private_key_jwt",
            ["iat"] = (now - Age).ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString(),
        };
        Sign = data => issuer.EcKey.SignData(data, HashAlgorithmName.SHA256);
    }

    public JsonObject Header { get; }

    public JsonObject Claims { get; }

    public Func<byte[], byte[]> Sign { get; set; }

    public string Make()
    {
        var signed = $"{Encode(Header)}.{Encode(Claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Signed by this RSA key, PS256 unless told otherwise.</summary>
    public AccessTokenMaker SignedBy(RSA key, string algorithm = "PS256")
    {
        Header["alg"] = algorithm;
        Header["kid"] = PublicJwk.FromKey(key).KeyId;
        var padding = algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        Sign = data => key.SignData(data, HashAlgorithmName.SHA256, padding);
        return this;
    }

    /// <summary>Signed by this EC key, under its own kid.</summary>
    public AccessTokenMaker SignedBy(ECDsa key)
    {
        Header["kid"] = PublicJwk.FromKey(key).KeyId;
        Sign = data => key.SignData(data, HashAlgorithmName.SHA256);
        return this;
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
