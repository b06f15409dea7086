using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.KeyFilesTests;

/// <summary>Private JWKs, as the libraries of partners write them.</summary>
[Trait("Rule", "PC-03")]
public sealed class PrivateJwkTests : IDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static JsonObject ToJwk(RSA rsa)
    {
        var key = rsa.ExportParameters(includePrivateParameters: true);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Number(key.Modulus!),
            ["e"] = Number(key.Exponent!),
            ["d"] = Number(key.D!),
            ["p"] = Number(key.P!),
            ["q"] = Number(key.Q!),
            ["dp"] = Number(key.DP!),
            ["dq"] = Number(key.DQ!),
            ["qi"] = Number(key.InverseQ!),
        };
    }

    public static JsonObject ToJwk(ECDsa ec)
    {
        var key = ec.ExportParameters(includePrivateParameters: true);
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(key.Q.X),
            ["y"] = Base64Url.EncodeToString(key.Q.Y),
            ["d"] = Base64Url.EncodeToString(key.D),
        };
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    [Theory]
    [InlineData("alg", "\"RS256\"", "RS256")]
    [InlineData("use", "\"enc\"", "enc")]
    [InlineData("d", "\"\"", "without a sound 'd'")]
    [InlineData("d", "null", "without a sound 'd'")]
    [InlineData("qi", "\"!\"", "without a sound 'qi'")]
    [InlineData("n", "\"AQAB\"", "too weak")]
    [InlineData("kid", "5", "kid that is not a string")]
    [InlineData("q", "\"AQAB\"", "do not fit")]
    [InlineData("oth", """[{"r":"AQAB","d":"AQAB","t":"AQAB"}]""", "more than two primes")]
    [InlineData("oth", "5", "more than two primes")]
    [InlineData("key_ops", """["verify"]""", "do not have 'sign'")]
    [InlineData("key_ops", """["encrypt","decrypt"]""", "do not have 'sign'")]
    [InlineData("key_ops", "null", "do not have 'sign'")]
    public void A_JWK_with_a_fault_is_refused(string member, string value, string expected)
    {
        var jwk = ToJwk(_rsa);
        jwk[member] = JsonNode.Parse(value);

        AssertRefused(jwk, expected);
    }

    /// <summary>Row 29 of issue 14: what is empty, or means nothing in that kind of key, is no fault.</summary>
    [Theory]
    [InlineData("RSA", "oth", "[]")]
    [InlineData("EC", "oth", "[]")]
    [InlineData("EC", "oth", """[{"r":"AQAB"}]""")]
    [InlineData("EC", "p", "\"AQAB\"")]
    [InlineData("RSA", "x5c", "[]")]
    [InlineData("RSA", "key_ops", "[]")]
    [InlineData("RSA", "key_ops", """["sign"]""")]
    [InlineData("RSA", "key_ops", """["sign","verify"]""")]
    [InlineData("RSA", "alg", "\"PS256\"")]
    [InlineData("EC", "alg", "\"ES256\"")]
    [InlineData("EC", "key_ops", """["sign","verify"]""")]
    [InlineData("EC", "ext", "true")]
    [InlineData("EC", "azp", "{\"a\":[5]}")]
    public void Row_29_a_member_that_says_nothing_is_ignored(string kind, string member, string value)
    {
        var jwk = kind == "RSA" ? ToJwk(_rsa) : ToJwk(_ec);
        jwk[member] = JsonNode.Parse(value);

        using var imported = Read(jwk);

        Assert.Equal(kind == "RSA" ? PublicJwk.FromKey(_rsa).Thumbprint : PublicJwk.FromKey(_ec).Thumbprint, PublicJwk.FromKey(imported.Key).Thumbprint);
    }

    [Fact]
    public void Row_29_what_NET_itself_writes_is_read()
    {
        var written = JsonSerializer.Serialize(
            JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(includePrivateParameters: true)) { KeyId = "mine" }));
        Assert.Contains("\"oth\":[]", written, StringComparison.Ordinal);

        using var imported = KeyImport.Read(Encoding.UTF8.GetBytes(written), password: null);

        Assert.Equal("mine", imported.KeyId);
        Assert.Equal(PublicJwk.FromKey(_rsa).Thumbprint, PublicJwk.FromKey(imported.Key).Thumbprint);
    }

    [Fact]
    public void Row_29_the_kid_that_a_JWK_came_with_is_told()
    {
        var jwk = ToJwk(_ec);
        Assert.Null(Read(jwk).KeyId);

        jwk["kid"] = "partner-2026";
        Assert.Equal("partner-2026", Read(jwk).KeyId);
    }

    [Fact]
    public void A_JWK_whose_halves_are_of_two_pairs_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = ToJwk(_ec);
        jwk["d"] = Base64Url.EncodeToString(other.ExportParameters(true).D);

        AssertRefused(jwk, "do not fit");
    }

    private static ImportedKey Read(JsonObject jwk) => KeyImport.Read(Encoding.UTF8.GetBytes(jwk.ToJsonString()), password: null);

    private static void AssertRefused(JsonObject jwk, string expected) =>
        Assert.Contains(expected, Assert.Throws<KeyFormatException>(() => Read(jwk)).Message, StringComparison.Ordinal);

    /// <summary>Without leading zeros, as RFC 7518 §2 (Base64urlUInt) has it.</summary>
    private static string Number(byte[] bytes) => Base64Url.EncodeToString(bytes.AsSpan().TrimStart((byte)0));
}
