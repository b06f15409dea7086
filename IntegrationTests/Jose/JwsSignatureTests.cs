using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.JwksServiceTests;
using B2BAssertions.Jose;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.JoseTests;

[Trait("Rule", "AS-05")]
public sealed class JwsSignatureTests
{
    private readonly PartnerKeyPair _rsa = PartnerKeyPair.NewRsa();
    private readonly PartnerKeyPair _ec = PartnerKeyPair.NewEc();

    [Fact]
    public void A_signature_by_the_key_with_its_algorithm_is_valid()
    {
        Assert.True(JwsSignature.IsValid(Sign(_rsa, "PS256"), _rsa.Public));
        Assert.True(JwsSignature.IsValid(Sign(_ec, "ES256"), _ec.Public));
    }

    [Fact]
    public void A_signature_by_another_key_is_not_valid()
    {
        Assert.False(JwsSignature.IsValid(Sign(PartnerKeyPair.NewRsa(), "PS256"), _rsa.Public));
        Assert.False(JwsSignature.IsValid(Sign(PartnerKeyPair.NewEc(), "ES256"), _ec.Public));
        Assert.False(JwsSignature.IsValid(Sign(_rsa, "PS256"), _ec.Public));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("ES256")]
    [InlineData("HS256")]
    [InlineData("none")]
    public void A_header_that_names_another_algorithm_is_not_valid(string algorithm) =>
        Assert.False(JwsSignature.IsValid(Sign(_rsa, algorithm), _rsa.Public));

    [Fact]
    public void Nothing_signed_with_the_public_key_as_a_secret_is_valid()
    {
        var content = Sign(_rsa, "HS256").Split('.');
        var secret = Encoding.UTF8.GetBytes(_rsa.Public.ToJson().ToJsonString());
        var mac = System.Security.Cryptography.HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{content[0]}.{content[1]}"));
        Assert.False(JwsSignature.IsValid($"{content[0]}.{content[1]}.{Base64UrlEncoder.Encode(mac)}", _rsa.Public));
    }

    [Fact]
    public void What_the_claims_say_does_not_count()
    {
        var claims = new JsonObject { ["iss"] = "anyone", ["aud"] = "anyone", ["exp"] = 1, ["nbf"] = 253402300799 };
        Assert.True(JwsSignature.IsValid(_ec.Sign(new JsonObject { ["alg"] = "ES256" }, claims), _ec.Public));
    }

    /// <summary>Issue 14, row 9: a type that a JWT library does not expect is no fault of the signature (RFC 7519 §4).</summary>
    [Theory]
    [InlineData("azp")]
    [InlineData("aud")]
    [InlineData("iss")]
    [InlineData("exp")]
    [InlineData("jti")]
    [InlineData("acr")]
    public void Whatever_a_claim_or_a_header_member_holds_the_signature_is_valid(string name)
    {
        foreach (var value in new[] { "null", "5", "1e300", "{}", "[]", "[null]", "\"\"" })
        {
            var header = new JsonObject { ["alg"] = "ES256", ["cty"] = JsonNode.Parse(value), ["zip"] = JsonNode.Parse(value) };
            Assert.True(JwsSignature.IsValid(_ec.Sign(header, new JsonObject { [name] = JsonNode.Parse(value) }), _ec.Public));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(4000)]
    public void A_signature_of_another_length_is_not_valid(int length)
    {
        foreach (var key in new[] { _ec, _rsa })
        {
            var content = Sign(key, key.Public.Algorithm.Name);
            content = content[..(content.LastIndexOf('.') + 1)];
            Assert.False(JwsSignature.IsValid(content + Base64UrlEncoder.Encode(new byte[length]), key.Public));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-jws")]
    [InlineData("e30.e30.c2ln")]
    public void What_is_no_JWS_is_not_valid(string text) => Assert.False(JwsSignature.IsValid(text, _ec.Public));

    private static string Sign(PartnerKeyPair key, string algorithm) =>
        key.Sign(new JsonObject { ["alg"] = algorithm }, new JsonObject { ["iss"] = "partner-a" });
}
