using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

/// <summary>What private members, empty arrays and <c>key_ops</c> make of a key (RFC 7517 §4.3, RFC 7518 §6).</summary>
[Trait("Rule", "KR-05")]
public sealed class JwkMemberTests
{
    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("oth")]
    [InlineData("k")]
    public void A_private_member_with_a_value_is_a_private_key_whatever_holds_the_value(string member)
    {
        Jwks.Refused("jwk_private", Jwks.Rsa(), json => json[member] = "c2VjcmV0");
        Jwks.Refused("jwk_private", Jwks.Ec(), json => json[member] = new JsonObject { ["r"] = "c2VjcmV0" });
        Jwks.Refused("jwk_private", Jwks.Ec(), json => json[member] = new JsonArray(1, null, new JsonObject { ["r"] = "c2VjcmV0" }));
        Jwks.Refused("jwk_private", $$"""{"kty":"EC","\u{{(int)member[0]:x4}}{{member[1..]}}":"c2VjcmV0"}""");
        var fault = Jwks.Refused("jwk_private", Jwks.Ec(), json => json[member] = new JsonArray("c2VjcmV0"));
        Assert.DoesNotContain("c2VjcmV0", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Issue 14, row 1: no key material, so no alarm, but no sound public key either (RFC 7518 §6.3.2).</summary>
    [Theory]
    [InlineData("d", "null")]
    [InlineData("p", "null")]
    [InlineData("k", "null")]
    [InlineData("d", "\"\"")]
    [InlineData("d", "1")]
    [InlineData("d", "true")]
    [InlineData("qi", "{}")]
    [InlineData("oth", "[null]")]
    [InlineData("oth", "[{}]")]
    public void A_private_member_without_a_value_makes_the_key_malformed_and_is_named(string member, string value)
    {
        var fault = Jwks.Refused("jwk_malformed", Jwks.Ec(), json => json[member] = JsonNode.Parse(value));

        Assert.Contains($"has a {member} that holds no text", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Issue 14, rows 1 and 29: what .NET writes of a public key, with <c>key_ops</c>, <c>oth</c> and <c>x5c</c> as empty arrays.</summary>
    [Theory]
    [InlineData("RSA")]
    [InlineData("EC")]
    public void A_key_as_JsonSerializer_writes_a_JsonWebKey_is_accepted(string keyType)
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicRsa = new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)) { KeyId = "key-of-dotnet" };
        using var publicEc = ECDsa.Create(ec.ExportParameters(includePrivateParameters: false));
        var key = keyType == "RSA"
            ? JsonWebKeyConverter.ConvertFromRSASecurityKey(publicRsa)
            : JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(publicEc) { KeyId = "key-of-dotnet" });

        var json = JsonSerializer.Serialize(key);

        Assert.Contains("\"oth\":[]", json, StringComparison.Ordinal);
        Assert.Equal("key-of-dotnet", Jwks.Accepted(JsonNode.Parse(json)!.AsObject()).KeyId);
        Assert.True(JwkSet.TryParse($$"""{"keys":[{{json}}]}""", out var set, out _));
        Assert.Single(set.Keys);
    }

    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("oth")]
    [InlineData("k")]
    [InlineData("key_ops")]
    [InlineData("x5c")]
    public void An_empty_array_says_nothing(string member)
    {
        var json = Jwks.Rsa();
        json[member] = new JsonArray();

        Jwks.Accepted(json);
    }

    /// <summary>Issue 14, row 23 (RFC 7517 §4.3).</summary>
    [Theory]
    [InlineData("""["verify"]""", null)]
    [InlineData("""["sign","verify"]""", null)]
    [InlineData("""["verify","verify"]""", null)]
    [InlineData("""["encrypt"]""", "jwk_wrong_use")]
    [InlineData("""["sign"]""", "jwk_wrong_use")]
    [InlineData("""["Verify"]""", "jwk_wrong_use")]
    [InlineData("""[""]""", "jwk_wrong_use")]
    [InlineData("\"verify\"", "jwk_malformed")]
    [InlineData("""["verify",1]""", "jwk_malformed")]
    [InlineData("null", "jwk_malformed")]
    [InlineData("{}", "jwk_malformed")]
    public void A_key_that_is_not_for_verifying_is_not_used(string operations, string? code)
    {
        var json = Jwks.Ec();
        json["key_ops"] = JsonNode.Parse(operations);
        if (code is null)
        {
            Jwks.Accepted(json);
            return;
        }

        Assert.Contains("key_ops", Jwks.Refused(code, json).Message, StringComparison.Ordinal);
    }
}
