using System.Security.Cryptography;
using System.Text.Json.Nodes;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

/// <summary>Which EC keys are sound (RFC 7518 §6.2.1, FAPI 2.0 Security Profile §5.4.1).</summary>
[Trait("Rule", "AS-04")]
public sealed class EcJwkTests
{
    [Theory]
    [InlineData("1.3.132.0.34", "P-384")]
    [InlineData("1.3.132.0.35", "P-521")]
    [InlineData("1.3.132.0.10", "secp256k1")]
    public void A_key_on_another_curve_is_refused(string oid, string curve)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromValue(oid));
        Jwks.Refused("jwk_unsupported_curve", Jwks.Ec(key, curve));
    }

    [Fact]
    public void A_point_of_another_curve_that_claims_P256_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        Jwks.Refused("jwk_malformed", Jwks.Ec(key, "P-256"));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("y")]
    public void A_point_that_is_not_on_the_curve_is_refused(string coordinate) => Jwks.Refused("jwk_malformed", Jwks.Ec(), json =>
    {
        var bytes = Bytes(json, coordinate);
        bytes[^1] ^= 1;
        json[coordinate] = Base64UrlEncoder.Encode(bytes);
    });

    [Fact]
    public void The_zero_point_is_refused() => Jwks.Refused("jwk_malformed", Jwks.Ec(), json =>
    {
        json["x"] = Base64UrlEncoder.Encode(new byte[32]);
        json["y"] = Base64UrlEncoder.Encode(new byte[32]);
    });

    [Theory]
    [InlineData("x")]
    [InlineData("y")]
    public void A_coordinate_that_is_not_32_bytes_long_is_refused(string coordinate)
    {
        Jwks.Refused("jwk_malformed", Jwks.Ec(), json => json[coordinate] = Base64UrlEncoder.Encode([0, .. Bytes(json, coordinate)]));
        Jwks.Refused("jwk_malformed", Jwks.Ec(), json => json[coordinate] = Base64UrlEncoder.Encode(Bytes(json, coordinate)[..31]));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("y")]
    public void What_is_no_base64url_is_refused(string coordinate) =>
        Jwks.Refused("jwk_malformed", Jwks.Ec(), json => json[coordinate] = $"{json[coordinate]}=");

    [Theory]
    [InlineData("x")]
    [InlineData("y")]
    public void A_second_spelling_of_the_same_point_is_refused(string coordinate) => Jwks.Refused("jwk_malformed", Jwks.Ec(), json =>
    {
        // 32 bytes leave two bits of the last character over; were they ignored, one key had four thumbprints.
        var text = json[coordinate]!.GetValue<string>();
        json[coordinate] = $"{text[..^1]}{(char)(text[^1] + 1)}";
    });

    [Theory]
    [InlineData("crv")]
    [InlineData("x")]
    [InlineData("y")]
    public void A_key_that_lacks_a_member_is_refused(string member)
    {
        Jwks.Refused("jwk_malformed", Jwks.Ec(), json => json.Remove(member));
        Jwks.Refused("jwk_malformed", Jwks.Ec(), json => json[member] = 1);
    }

    [Theory]
    [InlineData("ES384")]
    [InlineData("ES256K")]
    [InlineData("PS256")]
    [InlineData("ECDH-ES")]
    [InlineData("es256")]
    [InlineData("")]
    public void An_algorithm_that_is_not_ES256_is_refused(string algorithm) =>
        Jwks.Refused("jwk_wrong_algorithm", Jwks.Ec(), json => json["alg"] = algorithm);

    private static byte[] Bytes(JsonObject json, string coordinate) => Base64UrlEncoder.DecodeBytes(json[coordinate]!.GetValue<string>());
}
