using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

[Trait("Rule", "KR-05")]
public sealed class PublicJwkTests
{
    /// <summary>The example key of RFC 7638 §3.1.</summary>
    private const string Rfc7638Modulus =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        + "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI"
        + "SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    [Theory]
    [InlineData("RSA", "PS256")]
    [InlineData("EC", "ES256")]
    public void A_sound_key_is_accepted_with_the_one_algorithm_of_its_kind(string keyType, string algorithm)
    {
        var jwk = Jwks.Accepted(Jwks.Of(keyType));
        Assert.Equal(algorithm, jwk.Algorithm.Name);
        Assert.Equal(jwk.Thumbprint, jwk.KeyId);
        Assert.Equal(jwk.KeyId, jwk.SecurityKey.KeyId);
    }

    [Theory]
    [InlineData("RSA")]
    [InlineData("EC")]
    public void A_key_is_written_as_PEM_that_other_tools_read(string keyType)
    {
        var jwk = Jwks.Accepted(Jwks.Of(keyType));
        using AsymmetricAlgorithm key = keyType == "RSA" ? RSA.Create() : ECDsa.Create();

        key.ImportFromPem(jwk.ToPem());

        Assert.StartsWith("-----BEGIN PUBLIC KEY-----\n", jwk.ToPem(), StringComparison.Ordinal);
        Assert.Equal(jwk.Thumbprint, PublicJwk.FromKey(key).Thumbprint);
    }

    [Fact]
    [Trait("Rule", "KR-03")]
    public void The_thumbprint_is_the_one_of_the_RFC_7638_example()
    {
        var json = new JsonObject { ["kty"] = "RSA", ["n"] = Rfc7638Modulus, ["e"] = "AQAB", ["kid"] = "2011-04-29" };
        var jwk = Jwks.Accepted(json);
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", jwk.Thumbprint);
        Assert.Equal("2011-04-29", jwk.KeyId);
    }

    [Fact]
    [Trait("Rule", "KR-03")]
    public void The_example_key_of_RFC_7638_is_refused_with_the_algorithm_it_names() =>
        Jwks.Refused("jwk_wrong_algorithm", new JsonObject { ["kty"] = "RSA", ["n"] = Rfc7638Modulus, ["e"] = "AQAB", ["alg"] = "RS256" });

    [Theory]
    [InlineData("RSA")]
    [InlineData("EC")]
    public void A_published_key_reads_as_the_same_key(string keyType)
    {
        var jwk = Jwks.Accepted(Jwks.Of(keyType));
        var again = Jwks.Accepted(jwk.ToJson());
        Assert.Equal(jwk.Thumbprint, again.Thumbprint);
        Assert.Equal(jwk.ToJson().ToJsonString(), again.ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("RSA", new[] { "kty", "n", "e", "kid", "alg", "use" })]
    [InlineData("EC", new[] { "kty", "crv", "x", "y", "kid", "alg", "use" })]
    public void A_published_key_holds_its_public_members_and_nothing_else(string keyType, string[] expected)
    {
        var json = Jwks.Of(keyType);
        foreach (var extra in new[] { "x5c", "x5u", "x5t", "ext", "D", "private", "exp" })
        {
            json[extra] = "AQAB";
        }

        json["key_ops"] = new JsonArray("verify");

        Assert.Equal(expected, Jwks.Accepted(json).ToJson().Select(member => member.Key));
    }

    [Fact]
    public void The_public_half_of_a_private_key_holds_no_private_member()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(["kty", "n", "e", "kid", "alg", "use"], PublicJwk.FromKey(rsa).ToJson().Select(member => member.Key));
        Assert.Equal(["kty", "crv", "x", "y", "kid", "alg", "use"], PublicJwk.FromKey(ec).ToJson().Select(member => member.Key));
    }

    [Fact]
    public void No_key_is_made_of_a_weak_private_key()
    {
        using var rsa = RSA.Create(1024);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => PublicJwk.FromKey(rsa));
        Assert.Throws<ArgumentException>(() => PublicJwk.FromKey(ec));
    }

    [Fact]
    public void A_symmetric_key_is_refused() => Jwks.Refused("jwk_private", """{"kty":"oct","k":"c2VjcmV0"}""");

    [Theory]
    [InlineData("oct")]
    [InlineData("OKP")]
    [InlineData("rsa")]
    [InlineData("")]
    public void A_key_of_another_type_is_refused(string keyType) =>
        Jwks.Refused("jwk_unsupported_key_type", Jwks.Rsa(), json => json["kty"] = keyType);

    [Theory]
    [InlineData("use", "enc", "jwk_wrong_use")]
    [InlineData("use", "SIG", "jwk_wrong_use")]
    [InlineData("use", "", "jwk_wrong_use")]
    [InlineData("kid", "", "jwk_malformed")]
    [InlineData("kid", "line\nbreak", "jwk_malformed")]
    public void A_member_with_another_value_is_refused(string member, string value, string code)
    {
        Jwks.Refused(code, Jwks.Rsa(), json => json[member] = value);
        Jwks.Refused(code, Jwks.Ec(), json => json[member] = value);
    }

    [Fact]
    public void A_kid_over_255_characters_is_refused() =>
        Jwks.Refused("jwk_malformed", Jwks.Ec(), json => json["kid"] = new string('k', 256));

    [Theory]
    [InlineData("kty")]
    [InlineData("kid")]
    [InlineData("alg")]
    [InlineData("use")]
    public void A_member_that_is_not_a_string_is_refused(string member)
    {
        Jwks.Refused("jwk_malformed", Jwks.Rsa(), json => json[member] = 1);
        Jwks.Refused("jwk_malformed", Jwks.Rsa(), json => json[member] = null);
        Jwks.Refused("jwk_malformed", Jwks.Ec(), json => json[member] = new JsonArray("sig"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"key\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"kty\":\"EC\",\"kty\":\"EC\"}")]
    [InlineData("{\"kty\":\"EC\",\"kt\\u0079\":\"RSA\"}")]
    [InlineData("{\"kty\":\"EC\",\"kid\":\"\\ud800\"}")]
    [InlineData("{\"kty\":\"EC\",\"\\udc00\":1}")]
    [InlineData("{\"kty\":\"EC\"} {}")]
    public void What_is_no_sound_JSON_object_is_refused(string json) => Jwks.Refused("jwk_malformed", json);

    /// <summary>Issue 14, row 2: RFC 7517 §4, members that are not understood are ignored, however deep they are nested.</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(63)]
    public void A_member_that_is_nested_is_ignored(int depth)
    {
        var json = Jwks.Ec();
        json["more"] = JsonNode.Parse($"{new string('[', depth)}{new string(']', depth)}");

        Jwks.Accepted(json);
    }

    [Fact]
    public void What_is_no_Unicode_is_refused() => Jwks.Refused("jwk_malformed", "{\"kty\":\"\ud800\"}");

    [Fact]
    public void A_long_or_unprintable_value_is_not_repeated_as_it_is()
    {
        var fault = Jwks.Refused("jwk_unsupported_key_type", Jwks.Ec(), json => json["kty"] = $"\u001b[2J{new string('x', 5000)}");
        Assert.True(fault.Message.Length < 300);
        Assert.DoesNotContain('\u001b', fault.Message);
    }
}
