using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

/// <summary>Keys that are sound as they are made; a test breaks one thing of them.</summary>
internal static class Jwks
{
    public static JsonObject Rsa(int bits = 2048)
    {
        using var rsa = RSA.Create(bits);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }

    /// <summary>An RSA key whose modulus has so many bits, without the time that finding real primes takes.</summary>
    public static JsonObject RsaOfBits(int bits)
    {
        var modulus = new byte[(bits + 7) / 8];
        RandomNumberGenerator.Fill(modulus);
        var top = (bits - 1) % 8;
        modulus[0] = (byte)((modulus[0] & ((1 << top) - 1)) | (1 << top));
        modulus[^1] |= 1;
        return new JsonObject { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(modulus), ["e"] = "AQAB" };
    }

    public static JsonObject Ec()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Ec(ec, "P-256");
    }

    public static JsonObject Ec(ECDsa key, string curve)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = curve,
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }

    public static JsonObject Of(string keyType) => keyType == "RSA" ? Rsa() : Ec();

    public static PublicJwk Accepted(JsonObject json)
    {
        Assert.True(PublicJwk.TryParse(json.ToJsonString(), out var jwk, out var fault), fault?.Message);
        return jwk;
    }

    public static JwkFault Refused(string code, string json)
    {
        Assert.False(PublicJwk.TryParse(json, out var jwk, out var fault));
        Assert.Null(jwk);
        Assert.Equal(code, fault.Code);
        return fault;
    }

    public static JwkFault Refused(string code, JsonObject json, Action<JsonObject>? breakOneThing = null)
    {
        breakOneThing?.Invoke(json);
        return Refused(code, json.ToJsonString());
    }
}
